"""The page's own JSON, hashes and proofs against the engine's: the same is read, refused, written and proved by both.

The functions are those of the exported page, run where it runs them. A stranger finds the place where two readers of
one signed text disagree; so they are asked many things at once, odd ones too.
"""

import json
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from school import School

from grader.credential import Refused
from grader.credential.instants import instant
from grader.credential.multikey import from_multibase, multibase
from grader.credential.strict_json import canonical, read_object
from grader.ledger.key import Signer
from grader.ledger.note import signed
from grader.merkle import Frontier, Node, grow, inclusion, leaf_hash, prove

pytestmark = pytest.mark.browser

VECTORS = json.loads((Path(__file__).parents[1] / "credential/fixtures/w3c_eddsa.json").read_text("utf-8"))
EIGHT_LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
EIGHT_ROOT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
"""The reference tree of RFC 6962 implementations (transparency-dev/merkle, testonly)."""

texts = st.text(st.characters(codec="utf-8"), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
objects = st.dictionaries(texts, values, max_size=5)


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    school = School(tmp_path_factory.mktemp("school"))
    context = browser.new_context()
    page = context.new_page()
    page.goto(school.export(tmp_path_factory.mktemp("site")).as_uri())
    page.evaluate(
        """() => {
            globalThis.bytesOf = (digits) => Uint8Array.from(digits.match(/../g) ?? [], (two) => parseInt(two, 16));
            globalThis.answer = async (make) => {
                try { return await make(); } catch (error) {
                    if (error instanceof Refused) return "refused";
                    throw error;
                }
            };
        }"""
    )
    yield page
    context.close()


def read_in(page, contents):
    """What the page reads of each text, written canonically; `refused` for one that it refuses."""
    return page.evaluate(
        """(all) => Promise.all(all.map((one) => answer(() => canonical(readObject(bytesOf(one), "it")))))""",
        [one.hex() for one in contents],
    )


def read_here(content):
    try:
        return canonical(read_object(content)).decode()
    except Refused:
        return "refused"


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents=st.lists(objects, min_size=8, max_size=20))
def test_both_write_the_same_canonical_json(page, documents):
    contents = [json.dumps(one, ensure_ascii=number % 2 == 0, indent=number % 3 or None).encode()
                for number, one in enumerate(documents)]  # fmt: skip
    assert read_in(page, contents) == [canonical(one).decode() for one in documents]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents=st.lists(objects, min_size=4, max_size=8), seed=st.integers(0, 2**32))
def test_both_refuse_the_same_damaged_texts(page, documents, seed):
    drawn = random.Random(seed)  # noqa: S311 - damage, no secret
    contents = []
    for one in documents:
        content = bytearray(json.dumps(one, ensure_ascii=False).encode())
        for _ in range(8):
            at = drawn.randrange(len(content) + 1)
            content[at : at + drawn.randrange(2)] = drawn.choice(
                [b"", b'"', b"\\", b"0", b"1.", b"e", b"-", b",", b"\x00", b"\xff", b"{", b"\\ud800", b"\xed\xa0\x80"]
            )
            contents.append(bytes(content))
    assert read_in(page, contents) == [read_here(one) for one in contents]


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1,"a":1}', '{"a":1,"\\u0061":1}', '{"__proto__":1}', '{"constructor":{}}', '{"a":01}', '{"a":-0}',
        '{"a":1e2}', '{"a":1.0}', '{"a":NaN}', '{"a":Infinity}', '{"a":-Infinity}', '{"a":9007199254740991}',
        '{"a":9007199254740992}', '{"a":-9007199254740992}', '{"a":00000000000000000000}', '{"a":"\t"}', '{"a":"\\x"}',
        '{"a":"\\u00e"}', '{"a":"\\ud83d\\ude00"}', '{"a":"\\ude00\\ud83d"}', '{"a":"\ufeff"}', '\ufeff{"a":1}',
        '{"a":1} ', '\u00a0{"a":1}', '{"a":1}x', '{"a":1,}', "{'a':1}", "{a:1}", '{"a":[1,]}', '{"a":[,1]}', "[1]", "1",
        '""', "", " ", '{"a"}', '{"a":}', '{"a":tru}', '{"a":truex}', '{"a":\u2028""}', '{"\u20ac":1,"\U0001f600":2}',
        '{"\uffff":1,"\U00010000":2}', '{"a":"\x7f\u2028"}', '{"1":1,"10":1,"2":1}',
        *('{"a":' * depth + "1" + "}" * depth for depth in (23, 24, 25)),
        *("{" + '"a":' + "[" * depth + "]" * depth + "}" for depth in (22, 23, 24)),
    ],
)  # fmt: skip
def test_both_read_what_readers_disagree_on_alike(page, text):
    assert read_in(page, [text.encode()]) == [read_here(text.encode())]


def test_leaves_nodes_and_roots_are_those_of_rfc_6962(page):
    roots = "(leaves) => Promise.all(leaves.map((one) => leafHash(bytesOf(one)))).then(rootOf).then(hex)"
    assert page.evaluate(roots, EIGHT_LEAVES) == EIGHT_ROOT


def test_every_inclusion_proof_up_to_64_leaves_is_accepted_and_none_that_is_not_one(page):
    """And each proof fails for another index, another size, another root, cut short or made longer."""
    hashes = [leaf_hash(bytes([number])) for number in range(64)]
    _, completed = grow(Frontier(), hashes)
    nodes = dict(completed)
    asked, expected = [], []
    for size in range(1, 65):
        root = grow(Frontier(), hashes[:size])[0].root
        for index in range(size):
            proof = prove(inclusion(index, size), lambda node: nodes[Node(*node)])
            good = [hashes[index], index, size, proof, root]
            bad = [
                [hashes[index], (index + 1) % max(size, 2), size, proof, root],
                [hashes[index], index, size + 1, (*proof, hashes[0]), root],
                [hashes[index], index, size, proof, hashes[63]],
                [hashes[index], index, size, (*proof, hashes[0]), root],
                [hashes[index], index, size, proof[:-1], root if proof else hashes[62]],
            ]
            asked += [good, *bad]
            expected += ["shown", *["refused"] * len(bad)]
    told = page.evaluate(
        """(all) => Promise.all(all.map(([leaf, index, size, proof, root]) => answer(async () => {
            await checkInclusion(bytesOf(leaf), BigInt(index), BigInt(size), proof.map(bytesOf), bytesOf(root));
            return "shown";
        })))""",
        [
            [leaf.hex(), index, size, [one.hex() for one in proof], root.hex()]
            for leaf, index, size, proof, root in asked
        ],
    )
    assert told == expected
    assert len(told) > 10_000


def test_the_roots_of_all_trees_up_to_64_leaves_are_the_engines(page):
    hashes = [leaf_hash(bytes([number])) for number in range(64)]
    roots = page.evaluate(
        """(leaves) => Promise.all(leaves.map((_, at) => rootOf(leaves.slice(0, at + 1).map(bytesOf)).then(hex)))""",
        [one.hex() for one in hashes],
    )
    assert roots == [grow(Frontier(), hashes[: at + 1])[0].root.hex() for at in range(64)]


def test_the_jcs_vector_of_w3c_holds_and_does_not_when_changed(page):
    vector, key = VECTORS["eddsa-jcs-2022"], VECTORS["key"]["publicKeyMultibase"]
    holding = """([document, proof, key]) => answer(() => {
        const read = (text) => readObject(new TextEncoder().encode(text), "it");
        return holds({document: read(document), proofs: {[JCS]: read(proof)}}, key);
    })"""
    document, proof = json.dumps(VECTORS["document"]), json.dumps(vector["proof"])
    assert page.evaluate(holding, [document, proof, key]) is True
    changed = document.replace("School", "Scool", 1)
    assert changed != document
    assert page.evaluate(holding, [changed, proof, key]) is False
    assert page.evaluate(holding, [document, proof.replace("2023", "2024"), key]) is False
    texts = page.evaluate("(text) => canonical(readObject(new TextEncoder().encode(text), 'it'))", document)
    assert texts == vector["document"]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=64))
def test_both_read_the_same_bytes_of_base58(page, content):
    text = multibase(content)
    assert from_multibase(text) == content
    assert page.evaluate("(text) => hex(fromMultibase(text, 'it'))", text) == content.hex()


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31T12:00:00Z", "2026-02-28T23:59:59+05:30", "2024-02-29T00:00:00Z", "2026-02-29T00:00:00Z",
        "2026-02-30T00:00:00Z", "2026-04-31T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
        "2026-01-00T00:00:00Z", "2026-01-31T24:00:00Z", "2026-01-31T12:60:00Z", "2026-01-31T12:00:60Z",
        "2026-01-31T12:00:00", "2026-01-31", "2026-01-31T12:00:00.123456Z", "2026-01-31T12:00:00.1234567Z",
        "2026-01-31T12:00:00+24:00", "2026-01-31T12:00:00-23:59", "2026-01-31 12:00:00Z", "2026-01-31t12:00:00z",
        "0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "x", "",
    ],
)  # fmt: skip
def test_both_know_the_same_instants(page, text):
    try:
        here = int(instant(text, "it").timestamp() * 1000)
    except Refused:
        here = "refused"
    assert page.evaluate("(text) => answer(() => instant(text, 'it'))", text) == here


@pytest.mark.parametrize("text", ["QQ", "QQ=", "QR==", "QQ==\n", " QQ==", "Q Q==", "QQ==QQ==", "-_8=", "Q==="])
def test_base64_has_one_spelling(page, text):
    assert page.evaluate("(text) => answer(() => hex(fromBase64(text, 'it')))", text) == "refused"


def test_a_signature_under_a_checkpoint_counts_only_by_a_known_key(page):
    """One line by the log, one by a stranger of another name; a changed size; a name without a signature."""
    log, other = Signer("a.example/log", bytes(32)), Signer("witness.example", bytes(range(32)))
    text = "a.example/log\n1\n" + "A" * 43 + "=\n"
    notes = [
        signed(text, [log, other]),
        signed(text, [other]),
        signed(text, [log]).replace(b"\n1\n", b"\n2\n"),
        signed(text, [Signer("a.example/log", bytes(range(32)))]),
        signed(text + "more\n", [log]),
    ]
    told = page.evaluate(
        """([vkey, notes]) => Promise.all(notes.map(async (note) => {
            try {
                return String((await checkedCheckpoint(bytesOf(note), [await readVkey(vkey)])).size);
            } catch (error) {
                return error.constructor.name;
            }
        }))""",
        [log.verifier.vkey, [one.hex() for one in notes]],
    )
    assert told == ["1", "Refused", "Refused", "Refused", "Refused"]
