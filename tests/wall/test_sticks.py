"""What decides a hidden test, on real boxes: bad answers stick, evidence is needed, limits are each test's own.

Each story below is one file of hidden tests against one submission; the outcome of every test is named beside it.
"""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from grader import model
from grader.canonical import digest_tree
from grader.errors import AuthorError
from grader.keys import PUBLISHED_SECRET
from grader.model import Assignment, Criterion, Item, Limits, Pack, Rubric, Submission
from grader.sandbox.docker import DockerSandbox
from grader.settings import resource
from grader.story import grading

pytestmark = [pytest.mark.docker]

LIMITS = Limits(cpu_seconds=1.0, wall_seconds=4.0, memory_mb=128)


@pytest.fixture(scope="module")
def sandbox():
    return DockerSandbox(resource("sandbox"))


@pytest.fixture
def judged(sandbox):
    """Have hidden tests judge a submission; returns the items by the test's name."""

    def judge(tests: str, solution: str, isolate: str = "test") -> dict[str, Item]:
        checks = {"t": model.Tests(kind="tests", files=("test_it.py",), isolate=isolate)}
        files = {"solution.py": solution.encode()}
        pack = Pack(
            slug="sticks",
            assignment=Assignment(title="Sticks", skill="x", kind="module", files=("solution.py",), limits=LIMITS),
            rubric=Rubric(
                points=Fraction(1),
                pass_mark=Fraction(1),
                criteria=(Criterion(id="c", title="C", points=Fraction(1), checks=("t",)),),
                checks=checks,
            ),
            brief="",
            starter={},
            data={},
            hidden={"tests/test_it.py": tests.encode()},
            digest="sha256:pack",
            rubric_digest="sha256:rubric",
        )
        graded = grading.grade(
            pack,
            Submission(files=files, digest=digest_tree(files)),
            sandbox=sandbox,
            secret=PUBLISHED_SECRET,
            progress=lambda _check: None,
        )
        items = graded.examined["t"].verdict.items
        return {item.id.rpartition("::")[2].removeprefix("test_"): item for item in items}

    yield judge
    assert sandbox.leftovers() == []


def outcomes(items: dict[str, Item]) -> dict[str, str]:
    return {name: str(item.outcome) for name, item in items.items()}


BAD = """
import os, sys, json, struct
class Odd:
    def __eq__(self, other): return True
def odd(): return Odd()
def cycle():
    xs = []; xs.append(xs); return xs
def leave(): os._exit(3)
def spin():
    while True: pass
def flood():
    while True: os.write(2, b"x" * 65536)
def hoard():
    xs = []
    while True: xs.append(bytearray(b"x") * 2**22)
def forge():
    frame = sys._getframe()
    while "request" not in frame.f_locals or not hasattr(frame.f_locals["self"], "_writing"): frame = frame.f_back
    text = b'{"id":"0123456789abcdef","value":1}'
    payload = struct.pack(">IH", len(text), 0) + text
    os.write(frame.f_locals["self"]._writing, struct.pack(">I", len(payload)) + payload)
"""
CATCHING = """
import pytest
{body}
"""
BAD_WORDS = {
    "odd": "FAILED",
    "cycle": "BAD_REPLY",
    "forge": "BAD_REPLY",
    "leave": "CRASHED",
    "spin": "TIMED_OUT",
    "flood": "OVER_LIMIT(output)",
    "hoard": "OUT_OF_MEMORY",
}


def test_a_bad_answer_sticks_whatever_is_caught(judged):
    """pytest.raises(BaseException), a bare except and a finally turn no bad answer into a pass."""
    ways = {
        "raises": "    with pytest.raises(BaseException): submission.{name}() == 1\n",
        "bare": "    try: submission.{name}() == 1\n    except: pass\n",
        "returns": "    try: submission.{name}() == 1\n    finally: return\n",
    }
    names = list(BAD_WORDS)
    wanted = {f"{way}_{name}": BAD_WORDS[name] for name, way in zip(names, [*ways, *ways, *ways], strict=False)}
    wanted |= {"bare_odd": "FAILED", "returns_odd": "FAILED", "after": "PASSED"}
    body = "".join(
        f"def test_{case}(submission):\n" + ways[case.partition("_")[0]].format(name=case.partition("_")[2])
        for case in wanted
        if case != "after"
    )
    body += "def test_after(submission):\n    assert submission.__name__ == 'solution'\n"
    assert outcomes(judged(CATCHING.format(body=body), BAD)) == wanted


def test_evidence_is_needed(judged):
    """Skipped, expected to fail, unexpectedly passed and asking nothing are no passes; what came before counts."""
    items = judged(
        """
import pytest
def test_honest(submission): assert submission.one() == 1
def test_skips(submission):
    submission.one()
    pytest.skip("no")
@pytest.mark.skip(reason="no")
def test_is_skipped(submission): submission.one()
@pytest.mark.xfail(reason="no")
def test_expected_to_fail(submission): assert submission.one() == 2
@pytest.mark.xfail(reason="no")
def test_unexpectedly_passes(submission): assert submission.one() == 1
def test_asks_nothing(): pass
def test_takes_but_asks_nothing(submission, box, rng): pass
def test_honest_again(submission): assert submission.one() == 1
def test_leaves(submission):
    submission.one()
    pytest.exit("no")
def test_never_run(submission): assert submission.one() == 1
""",
        "def one(): return 1\n",
    )
    passed = {name for name, item in items.items() if str(item.outcome) == "PASSED"}
    assert passed == {"honest", "honest_again"}
    assert len(items) == 10


def test_ids_must_not_depend_on_the_seed(judged):
    """A test whose id is drawn is the author's mistake, said before any box is opened."""
    with pytest.raises(AuthorError) as caught:
        judged(
            """
import pytest, random
@pytest.mark.parametrize("number", [random.random()])
def test_drawn(submission, number): assert submission.one() == 1
""",
            "def one(): return 1\n",
        )
    assert "depend on the seed" in caught.value.hidden
    assert "test_it" not in str(caught.value)


def test_a_file_that_cannot_be_collected_is_the_author_s(judged):
    """A syntax error in a hidden test is an AuthorError, whatever was submitted."""
    with pytest.raises(AuthorError) as caught:
        judged("def test_(:\n", "def one(): return 1\n")
    assert "cannot be collected" in caught.value.hidden
    assert "test_it" not in str(caught.value)


LIMITED = """
def test_before(submission): assert submission.one() == 1
def test_spins(submission): submission.spin()
def test_between(submission): assert submission.one() == 1
def test_leaves(submission): submission.leave()
def test_after(submission): assert submission.one() == 1
"""


def test_each_test_has_its_own_limits(judged):
    """Results before a hang survive it, and tests after it start in a box of their own."""
    items = judged(LIMITED, BAD + "def one():\n    sum(range(5_000_000))\n    return 1\n")
    assert outcomes(items) == {
        "before": "PASSED",
        "spins": "TIMED_OUT",
        "between": "PASSED",
        "leaves": "CRASHED",
        "after": "PASSED",
    }


STATE = """
def test_first(submission):
    assert submission.count() == 1
    assert submission.count() == 2
def test_second(submission): assert submission.count() == 1
def test_third(submission): assert submission.count() == 1
"""
COUNTER = """
import pathlib
calls = []
def count():
    calls.append(1)
    return len(calls)
"""


@pytest.mark.parametrize(
    ("isolate", "expected"),
    [
        ("test", ["PASSED", "PASSED", "PASSED"]),
        ("check", ["PASSED", "FAILED", "FAILED"]),
        ("box", ["PASSED", "PASSED", "PASSED"]),
    ],
)
def test_isolation(judged, isolate, expected):
    """A fork and a box forget, one state for the whole check remembers."""
    assert list(outcomes(judged(STATE, COUNTER, isolate)).values()) == expected


def test_only_a_box_forgets_files(judged):
    """A fork shares the disk; a box of its own does not."""
    tests = "".join(f"def test_{name}(submission): assert submission.leave() == 1\n" for name in ("one", "two"))
    writes = """
import pathlib
def leave():
    path = pathlib.Path("/work/left")
    path.write_text(path.read_text() + "x" if path.exists() else "x")
    return len(path.read_text())
"""
    assert list(outcomes(judged(tests, writes, "test")).values()) == ["PASSED", "FAILED"]
    assert list(outcomes(judged(tests, writes, "box")).values()) == ["PASSED", "PASSED"]


def test_exceptions_cross_as_what_they_are(judged):
    """Builtin exceptions cross as themselves, the learner's own under their nearest builtin, others as no Exception."""
    items = judged(
        """
import pytest
def test_builtin(submission):
    with pytest.raises(KeyError): submission.go("builtin")
def test_text(submission):
    with pytest.raises(ValueError, match="^seven 7$"): submission.go("text")
def test_own(submission):
    with pytest.raises(IndexError): submission.go("own")
def test_own_is_no_other(submission):
    with pytest.raises(KeyError): submission.go("own")
def test_own_of_exception(submission):
    with pytest.raises(Exception): submission.go("plain")
def test_exit_is_no_exception(submission):
    with pytest.raises(Exception): submission.go("exit")
def test_exit_is_no_exit(submission):
    with pytest.raises(SystemExit): submission.go("exit")
def test_interrupt_interrupts_nothing(submission): submission.go("interrupt")
def test_stop(submission): assert list(map(submission.go, ["stop"])) == []
def test_missing(submission): submission.missing
def test_unicode(submission):
    with pytest.raises(ValueError): submission.go("unicode")
def test_after(submission): assert submission.go("well") == 1
""",
        """
class Empty(IndexError): pass
class Plain(Exception): pass
def go(what):
    if what == "builtin": {}["a"]
    if what == "text": raise ValueError("seven 7")
    if what == "own": raise Empty("x")
    if what == "plain": raise Plain
    if what == "exit": raise SystemExit(0)
    if what == "interrupt": raise KeyboardInterrupt
    if what == "stop": raise StopIteration
    if what == "unicode": b"\\xff".decode()
    return 1
""",
    )
    assert outcomes(items) == {
        "builtin": "PASSED",
        "text": "PASSED",
        "own": "PASSED",
        "own_is_no_other": "RAISED",
        "own_of_exception": "PASSED",
        "exit_is_no_exception": "RAISED",
        "exit_is_no_exit": "RAISED",
        "interrupt_interrupts_nothing": "RAISED",
        "stop": "RAISED",
        "missing": "RAISED",
        "unicode": "PASSED",
        "after": "PASSED",
    }
    assert items["own_is_no_other"].raised == "IndexError"
    assert items["exit_is_no_exit"].raised == "other"
    assert items["missing"].raised == "AttributeError"


def test_arguments_cross_as_copies(judged):
    """What the box does to an argument is seen only by a test that asks for it."""
    items = judged(
        """
def test_ours_stay(submission):
    xs, ys = [3, 1, 2], {"a": [1]}
    submission.spoil(xs, ys)
    assert (xs, ys) == ([3, 1, 2], {"a": [1]})
def test_asked_for(box):
    xs = [3, 1, 2]
    out = box.call("spoil", xs, ys={})
    assert out.args[0] == [9] and out.kwargs == {"ys": {"b": 1}} and xs == [3, 1, 2]
    assert out.value == [9] and out.same_as_arg == 0
def test_another_object(box):
    out = box.call("copy", [1])
    assert out.value == [1] and out.same_as_arg is None and out.args == ([1],)
def test_alike(box, submission):
    assert box.equal(submission.Same(), submission.Same())
    assert not box.equal(submission.Same(), submission.copy)
def test_alike_needs_objects(box, submission):
    box.equal(1, submission.copy)
""",
        """
class Same:
    def __eq__(self, other): return type(other) is Same
def spoil(xs, ys):
    xs[:] = [9]
    ys.clear()
    ys["b"] = 1
    return xs
def copy(xs): return list(xs)
""",
    )
    assert outcomes(items) == {
        "ours_stay": "PASSED",
        "asked_for": "PASSED",
        "another_object": "PASSED",
        "alike": "PASSED",
        "alike_needs_objects": "FAILED",
    }


def test_functions_can_be_lent(judged):
    """A lent function takes and gives values, tells the type of what it raised, and ends with its call."""
    items = judged(
        """
import pytest
def test_key(submission): assert submission.by([1, 3, 2], lambda x: -x) == [3, 2, 1]
def test_two(submission): assert submission.both(lambda x: x + 1, lambda x: x * 10) == [2, 10]
def test_named(submission): assert submission.by(xs=[2, 1], key=lambda x: x) == [1, 2]
def test_objects(submission):
    seen = []
    submission.meet(lambda thing: seen.append(thing.name))
    assert seen == ["kept"]
def test_raises(submission):
    def boom(x): raise KeyError("secret of the author's")
    with pytest.raises(KeyError) as caught: submission.by([1, 2], boom)
    assert "secret" not in str(caught.value)
def test_caught_in_the_box(submission):
    def boom(x): raise ValueError(x)
    assert submission.safe(boom) == "ValueError"
def test_within(submission):
    assert submission.by([1, 2], lambda x: submission.negative(x)) == [2, 1]
def test_returns_a_handle(submission):
    assert submission.by([1, 2], lambda x: submission.Rank(x)) == [2, 1]
def test_kept(submission):
    submission.keep(lambda: 1)
    submission.use()
""",
        """
class Thing: name = "kept"
class Rank:
    def __init__(self, x): self.x = x
    def __lt__(self, other): return self.x > other.x
def by(xs, key): return sorted(xs, key=key)
def both(one, other): return [one(1), other(1)]
def meet(see): see(Thing())
def safe(key):
    try: key(1)
    except Exception as error: return type(error).__name__
def negative(x): return -x
kept = []
def keep(function): kept.append(function)
def use(): return kept[0]()
""",
    )
    wanted = dict.fromkeys(items, "PASSED") | {"kept": "BAD_REPLY"}
    assert outcomes(items) == wanted


def test_inputs_repeat_and_differ(judged):
    """The same submission is asked the same again; another one, and another test, something else."""
    tests = "".join(
        f"def test_{name}(submission, rng):\n    got = submission.keep(rng.random())\n    assert got == 0\n"
        for name in "ab"
    )
    codes = ("def keep(x): return x\n", "def keep(x): return x\n", "def keep(x):  return x\n")
    first, again, other = ([got(item) for item in judged(tests, code).values()] for code in codes)
    assert first == again
    assert first[0] != first[1]
    assert not set(first) & set(other)


def test_sets_of_texts_repeat(judged):
    """The order of a learner's set of texts is the same in every box."""
    tests = "def test_order(submission):\n    got = submission.order()\n    assert got == 0\n"
    code = "def order(): return ''.join({'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'})\n"
    one, other = (got(judged(tests, code)["order"]) for _ in range(2))
    assert one == other


def got(item: Item) -> str:
    """Return what the author is told of the variable `got`."""
    return re.search(r"^got += (.+)$", item.detail, re.MULTILINE)[1]


def test_failures_explain_themselves_to_authors(judged):
    """A failed comparison tells the author what came, and never that a handle was looked at by pytest."""
    tests = "def test_it(submission):\n    got = submission.two()\n    assert got == 3\n"
    item = judged(tests, "def two(): return 2\n")["it"]
    assert got(item) == "2"
    assert "assert got == 3" in item.detail
    assert "gave an object" not in item.detail
