"""Entries: what is public is next to nothing, and nothing about an entry can be changed unnoticed."""

import json
import re
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import AT, ORIGIN, award, change, digest, flips, regrade, status_list

from grader import canonical
from grader.canonical import digest_bytes
from grader.ledger.content import Award, Genesis, Kind, Named, StatusChange
from grader.ledger.entry import BadEntry, Entry, entry_of, opened_entry, read_leaf, read_private

PRIVATE_KINDS = [Kind.AWARD, Kind.REGRADE, Kind.REVOKE, Kind.SUSPEND, Kind.REINSTATE]


def entry_of_each(kind):
    """A private entry of a kind."""
    named = award("earlier").named(7)
    if kind is Kind.AWARD:
        return award()
    return regrade(named) if kind is Kind.REGRADE else change(kind, named)


@pytest.mark.parametrize("kind", PRIVATE_KINDS)
def test_a_public_leaf_holds_version_kind_day_and_commitment_only(kind):
    """Promises that of what concerns a learner nothing is public but that it happened, on which day."""
    entry = entry_of_each(kind)
    leaf = json.loads(entry.leaf)
    assert leaf == {"v": 1, "kind": kind, "at": AT[:10], "commitment": digest_bytes(entry.private)}


def test_a_private_part_holds_the_rest_and_32_random_bytes():
    """Promises what a certificate's holder can show: credential, subject, submission, rubric, evidence, and a nonce."""
    first, second = award(), award()
    one, other = json.loads(first.private), json.loads(second.private)
    assert set(one) == {"v", "kind", "at", "nonce", "credential", "subject", "submission", "rubric", "evidence"}
    assert len(bytes.fromhex(one.pop("nonce"))) == 32 != one.pop("at")
    assert other.pop("nonce") != json.loads(first.private)["nonce"]
    assert first.leaf != second.leaf


def test_what_is_written_is_read_back():
    """Promises that an entry says what was put into it."""
    content = Award(digest(1), "ada", digest(2), digest(3), digest(4))
    leaf, private = opened_entry(entry_of(Kind.AWARD, content, AT))
    assert (leaf.kind, leaf.day, leaf.content) == (Kind.AWARD, "2026-01-31", None)
    assert (private.kind, private.at, private.content) == (Kind.AWARD, AT, content)
    assert read_leaf(status_list().leaf).content.id == "https://example.org/status/1"


@given(
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=99), st.integers(0, 2**53 - 1)
)
def test_the_spelling_is_that_of_rfc_8785(text, index):
    """Promises the canonical JSON of RFC 8785, section 3.2, for all that an entry may hold, written here by hand.

    Strings of printable ASCII escape nothing but the quote and the backslash; whole numbers are decimal; keys are in
    the order of their bytes; there is no space.
    """
    entry = entry_of(Kind.REVOKE, StatusChange(Named(index, digest(1)), digest(2), "ada", text), AT, bytes(32))
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    assert entry.private.decode() == (
        f'{{"at":"{AT}","credential":"{digest(2)}","kind":"revoke","nonce":"{"00" * 32}",'
        f'"of":{{"index":{index},"leaf":"{digest(1)}"}},"reason":{quoted},"subject":"ada","v":1}}'
    )


@pytest.mark.parametrize("kind", [*PRIVATE_KINDS, Kind.STATUSLIST])
def test_no_byte_of_an_entry_can_be_changed(kind):
    """Promises that whatever is changed of the private part or of the commitment is refused."""
    entry = status_list() if kind is Kind.STATUSLIST else entry_of_each(kind)
    before = opened_entry(entry)
    for _, changed in flips(entry.private or b""):
        with pytest.raises(BadEntry):
            opened_entry(Entry(entry.leaf, changed))
    for _, changed in flips(entry.leaf):
        try:
            after = opened_entry(Entry(changed, entry.private))
        except BadEntry:
            continue
        # a leaf that says something else is another leaf: that it is not the logged one, its hash says
        assert Entry(changed).hash != entry.hash
        assert after != before
        assert entry.private is None


def changed(entry, **keys):
    """The private part with keys changed or (None) taken out, and a leaf that commits to it."""
    table = {**json.loads(entry.private), **keys}
    private = canonical.encode({key: value for key, value in table.items() if value is not None})
    leaf = canonical.encode({**json.loads(entry.leaf), "commitment": digest_bytes(private)})
    return Entry(leaf, private)


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        (
            {"submision": digest(1)},
            '"submision" is no key of the private part of kind award; did you mean "submission"?',
        ),
        ({"submission": None}, "the private part of kind award has no submission"),
        ({"nonce": None}, "expected 32 bytes as 64 hexadecimal digits"),
        ({"nonce": "00" * 31}, "expected 32 bytes as 64 hexadecimal digits"),
        ({"credential": digest(1).upper()}, "expected sha256: and 64 hexadecimal digits"),
        ({"subject": "adä"}, "expected printable ASCII"),
        ({"subject": ""}, "expected printable ASCII"),
        ({"subject": 5}, "found 5"),
        ({"at": "2026-02-30T00:00:00Z"}, "expected a time such as"),
        ({"at": "2026-01-30T00:00:00Z"}, "the leaf of another kind or day"),
        ({"v": 2}, "this grader reads version 1"),
        ({"v": True}, "this grader reads version 1"),
        ({"kind": "awrad"}, 'did you mean "award"?'),
        ({"kind": "regrade"}, "has no of"),
        ({"kind": "genesis"}, "has no private part"),
    ],
)
def test_what_is_unknown_or_wrong_is_refused_with_what_would_do(keys, says):
    """Promises that nobody can put more into an entry than a reader knows, and a sentence that helps."""
    with pytest.raises(BadEntry, match=re.escape(says)):
        opened_entry(changed(award(), **keys))


@pytest.mark.parametrize(
    "spelled",
    [
        lambda text: text.replace(b'","', b'", "'),
        lambda text: text.replace(b'"v":1', b'"v":1.0'),
        lambda text: text.replace(b'"v":1', b'"v":1,"v":1'),
        lambda text: text.replace(b"{", b'{"zz":1e999,', 1),
        lambda text: text + b"\n",
        lambda text: text.replace(b"award", b"\\u0061ward"),
        lambda _: b"[" * 60_000,
        lambda _: b'"text"',
        lambda _: b"\xff",
        lambda _: b"0" * 70_000,
    ],
)
def test_another_spelling_of_the_same_is_refused(spelled):
    """Promises that an entry has one spelling, so that its hash names what it says."""
    entry = award()
    with pytest.raises(BadEntry):
        read_leaf(spelled(entry.leaf))
    with pytest.raises(BadEntry):
        read_private(spelled(entry.private))


def test_a_record_of_another_kind_is_refused():
    """Promises that kind and content go together."""
    with pytest.raises(BadEntry, match="does not hold a Genesis"):
        entry_of(Kind.AWARD, Genesis(ORIGIN, "x"), AT)
    with pytest.raises(BadEntry, match="expected a time such as"):
        entry_of(Kind.GENESIS, Genesis(ORIGIN, "x"), "today")


def test_no_two_leaves_of_a_learner_share_a_value():
    """Promises that entries of one learner have nothing in common that others do not have too.

    Twenty leaves of one learner and twenty of another, of every kind, on one day: any two share version, day, and
    perhaps kind, and of their commitments not one run of sixteen digits.
    """
    leaves = []
    for subject in ("ada", "bob"):
        for number in range(4):
            first = award(number, subject)
            named = first.named(number)
            leaves += [first.leaf, regrade(named, number, subject).leaf]
            leaves += [change(kind, named, number, subject).leaf for kind in PRIVATE_KINDS[2:]]
    commitments = [json.loads(leaf)["commitment"].removeprefix("sha256:") for leaf in leaves]
    assert len(set(commitments)) == len(leaves) == 40
    for one, other in combinations(commitments, 2):
        runs = {one[at : at + 16] for at in range(len(one) - 15)}
        assert not any(run in other for run in runs)
    assert {leaf.replace(text.encode(), b"") for leaf, text in zip(leaves, commitments, strict=True)} == {
        f'{{"at":"2026-01-31","commitment":"sha256:","kind":"{kind}","v":1}}'.encode() for kind in PRIVATE_KINDS
    }
