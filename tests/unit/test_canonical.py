"""One record, one spelling, one digest; and seeds that repeat."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import canonical, keys
from grader.model import Outcome, State, Word

LEAVES = st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8"))
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)
TREES = st.dictionaries(st.text(min_size=1), st.binary(), max_size=5)


@dataclass(frozen=True)
class Pair:
    left: object
    right: object


@given(VALUES)
def test_what_is_written_reads_back_equal(value):
    assert json.loads(canonical.encode(value)) == value


@given(st.dictionaries(st.text(), LEAVES), st.randoms())
def test_the_order_of_a_dict_changes_no_digest(table, random):
    items = list(table.items())
    random.shuffle(items)
    assert canonical.digest(dict(items)) == canonical.digest(table)


@given(TREES, st.randoms())
def test_the_order_of_files_changes_no_digest(files, random):
    items = list(files.items())
    random.shuffle(items)
    assert canonical.digest_tree(dict(items)) == canonical.digest_tree(files)


@given(TREES, TREES)
def test_two_sets_of_files_have_one_digest_only_when_equal(one, other):
    """No moving of bytes between names and contents, or between files, gives the same digest."""
    assert (canonical.digest_tree(one) == canonical.digest_tree(other)) == (one == other)


def test_records_enums_and_fractions_have_one_spelling():
    assert canonical.encode(Pair(Fraction(3, 4), Outcome(Word.OVER_LIMIT, "disk"))) == (
        b'{"left":"3/4","right":{"which":"disk","word":"OVER_LIMIT"}}'
    )
    assert canonical.plain([Fraction(4, 2), State.NOT_GRADED, (1, True, None)]) == ["2", "not_graded", [1, True, None]]


def test_the_bytes_are_ascii_without_spaces_and_sorted():
    assert canonical.encode({"b": "ß", "a": [1, 2]}) == b'{"a":[1,2],"b":"\\u00df"}'


@pytest.mark.parametrize("value", [0.5, float("nan"), 1j, object(), [1, [0.1]], {"a": 1.0}, Pair])
def test_what_has_no_exact_spelling_is_refused(value):
    with pytest.raises(TypeError, match="no canonical form"):
        canonical.encode(value)


@pytest.mark.parametrize("value", [b"\x01\x02", bytearray(b"ab"), {1: 2}, {1, 2}])
def test_what_would_be_spelt_by_accident_is_refused(value):
    """Bytes as a list of numbers, a set in the order of this run: a digest of either would be a trap."""
    with pytest.raises(TypeError):
        canonical.encode(value)


def test_digests_are_plain_sha256():
    assert canonical.digest_bytes(b"abc") == "sha256:" + hashlib.sha256(b"abc").hexdigest()


def test_a_seed_is_the_hmac_that_the_documentation_says():
    message = b"".join(
        len(part).to_bytes(4, "big") + part for part in (b"grader/seed/1", b"sorting", b"3", b"sha256:00")
    )
    seed = keys.submission_seed(b"s" * 32, slug="sorting", seed_epoch=3, submission_digest="sha256:00")
    assert seed == hmac.new(b"s" * 32, message, hashlib.sha256).digest()


TRIPLES = st.tuples(st.text("ab1", max_size=3), st.integers(0, 30), st.text("ab1", max_size=3))


@given(TRIPLES, TRIPLES, st.binary(min_size=32, max_size=32))
def test_two_seeds_are_equal_only_for_equal_fields(one, other, secret):
    """Fields carry their lengths, so that no letter can move from one to the next."""
    first, second = (
        keys.submission_seed(secret, slug=slug, seed_epoch=epoch, submission_digest=digest)
        for slug, epoch, digest in (one, other)
    )
    assert (first == second) == (one == other)
