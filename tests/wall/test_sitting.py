"""The proctor on prepared processes: the same judgement as pytest gives from the beginning, at a fraction of the cost.

No wall is needed for what is asked here, so the boxes are plain forks (`forked_sandbox`), and no daemon is.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from fractions import Fraction

import pytest
from forked_sandbox import ForkedSandbox

from grader.canonical import digest_tree
from grader.errors import AuthorError
from grader.keys import PUBLISHED_SECRET
from grader.model import Assignment, Criterion, JudgingLimits, Limits, Metric, Pack, Rubric, Static, Submission, Tests
from grader.proctor.bundle import prepare
from grader.proctor.sitting import Sitting
from grader.story.grading import grade

SOLUTION = """
class Stack(list):
    def push(self, item): self.append(item)

def double(number): return number * 2
def fails(number): raise ValueError(number)
def thing(): return object()
"""
ODD = '''
import logging, unittest, warnings
import pytest
from hypothesis import given, strategies

@pytest.fixture(params=["a", "b"])
def letter(request):
    yield request.param

@pytest.fixture(scope="module")
def once():
    return []

def test_passes(submission, letter, once):
    """Passes."""
    once.append(letter)
    assert submission.double(letter) == letter * 2 and len(once) <= 2

@pytest.mark.hint("a hint")
@pytest.mark.points(3)
def test_fails(submission):
    assert submission.double(2) == 5

def test_raises(submission):
    submission.fails(1)

def test_catches(submission):
    with pytest.raises(ValueError):
        submission.fails(1)

def test_no_value(submission):
    try:
        assert submission.thing() == 1
    except BaseException:
        pass

def test_asks_nothing():
    assert True

@pytest.mark.skip
def test_skipped(submission):
    assert submission.double(2) == 4

@pytest.mark.skipif("True", reason="always")
def test_skipped_if(submission):
    assert submission.double(2) == 4

def test_skips_itself(submission):
    submission.double(2)
    pytest.skip("not today")

@pytest.mark.xfail
def test_expected_to_fail(submission):
    assert submission.double(2) == 5

@pytest.mark.xfail
def test_passes_unexpectedly(submission):
    assert submission.double(2) == 4

@pytest.fixture
def broken(submission):
    yield submission
    raise RuntimeError("after")

def test_teardown_fails(broken):
    assert broken.double(2) == 4

@pytest.fixture
def unset(submission):
    raise RuntimeError("before")

def test_setup_fails(unset):
    assert unset

def test_prints(submission, capsys):
    print("aloud", submission.double(2))
    assert capsys.readouterr().out == "aloud 4\\n"

def test_prints_unheard(submission):
    print("unheard" * 1000, submission.double(2))
    logging.getLogger("author").warning("unheard")
    warnings.warn("unheard")

def test_logs(submission, caplog):
    logging.getLogger("author").warning("heard %s", submission.double(2))
    assert "heard 4" in caplog.text

def test_warns(submission, recwarn):
    warnings.warn("heard")
    assert submission.double(2) == 4 and len(recwarn) == 1

@pytest.mark.filterwarnings("error")
def test_warning_is_an_error(submission):
    assert submission.double(2) == 4
    warnings.warn("fatal")

def test_patches(submission, monkeypatch, tmp_path):
    monkeypatch.setenv("PATCHED", "1")
    (tmp_path / "file").write_text("text")
    assert submission.double(2) == 4

def test_asks_later(submission, request):
    request.getfixturevalue("caplog")
    assert request.getfixturevalue("tmp_path").exists() and submission.double(2) == 4

def test_subtests(submission, subtests):
    with subtests.test("one"):
        assert submission.double(2) == 4

@given(strategies.integers(-5, 5))
def test_property(box, number):
    assert box.call("double", number).value == 2 * number

class TestClass:
    def setup_method(self):
        self.number = 2

    def test_in_a_class(self, submission):
        assert submission.double(self.number) == 4

class TestCase(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def lend(self, submission):
        self.submission = submission

    def test_in_a_case(self):
        self.assertEqual(self.submission.double(2), 4)

def test_object(submission):
    stack = submission.Stack()
    stack.push(1)
    assert len(stack) == 1 and list(stack) == [1]
'''
WRONG = {
    "test_fails": "FAILED",
    "test_raises": "RAISED",
    "test_no_value": "FAILED",
    "test_asks_nothing": "FAILED",
    "test_skipped": "FAILED",
    "test_skipped_if": "FAILED",
    "test_skips_itself": "FAILED",
    "test_expected_to_fail": "FAILED",
    "test_passes_unexpectedly": "FAILED",
    "test_teardown_fails": "FAILED",
    "test_setup_fails": "FAILED",
    "test_warning_is_an_error": "FAILED",
}
LIGHT = """
import pytest

@pytest.mark.parametrize("number", range({count}))
def test_doubles({fixture}, number):
    assert {call}(number) == 2 * number
"""


@pytest.fixture(scope="module")
def sandbox():
    sandbox = ForkedSandbox()
    yield sandbox
    sandbox.close()


def pack_of(hidden: dict[str, str], *, isolate: str = "test", checks=None, kind: str = "module") -> Pack:
    points = Fraction(10)
    checks = checks or {"check": Tests(kind="tests", files=("test_it.py",), isolate=isolate)}
    files = {name: text.encode() for name, text in hidden.items()}
    return Pack(
        slug="sat",
        assignment=Assignment(
            title="Sat",
            skill="speed/sitting",
            kind=kind,
            files=("solution.py",),
            limits=Limits(cpu_seconds=5.0),
            judging=JudgingLimits(output_kb=4),
        ),
        rubric=Rubric(
            points=points,
            pass_mark=points,
            criteria=(Criterion(id="all", title="All.", points=points, checks=tuple(checks)),),
            checks=checks,
        ),
        brief="",
        starter={},
        data={},
        hidden=files,
        digest=digest_tree(files),
        rubric_digest="sha256:rubric",
    )


def judged(sandbox: ForkedSandbox, pack: Pack, source: str = SOLUTION):
    files = {"solution.py": source.encode()}
    submission = Submission(files=files, digest=digest_tree(files))
    graded = grade(pack, submission, sandbox=sandbox, secret=PUBLISHED_SECRET, progress=lambda _: None)
    return {name: examined.verdict for name, examined in graded.examined.items()}


@pytest.mark.parametrize("isolate", ["test", "check"])
@pytest.mark.parametrize("conftest", [{}, {"tests/conftest.py": ""}], ids=["made ahead", "from the beginning"])
def test_every_kind_of_test_is_judged_as_pytest_does(sandbox, isolate, conftest):
    """Made ahead and gone through directly, or begun at the beginning because there is a conftest.py: all the same."""
    items = judged(sandbox, pack_of({"tests/test_it.py": ODD, **conftest}, isolate=isolate))["check"].items
    found = {item.id.rpartition("::")[2]: str(item.outcome) for item in items}
    assert len(found) == 26
    assert {name: word for name, word in found.items() if word != "PASSED"} == WRONG, items
    first = next(item for item in items if item.id.endswith("test_fails"))
    assert (first.hint, first.weight) == ("a hint", 3)
    assert "assert" in first.detail


def test_a_conftest_is_heeded(sandbox):
    """Also one above the tests."""
    conftest = "import pytest\n@pytest.fixture\ndef two(): return 2\n"
    code = "def test_doubles(submission, two):\n    assert submission.double(two) == 4\n"
    for place in ("conftest.py", "tests/conftest.py"):
        assert str(judged(sandbox, pack_of({"tests/test_it.py": code, place: conftest}))["check"].outcome) == "PASSED"


def test_more_checks_than_were_prepared_for(sandbox):
    checks = {f"check{number}": Tests(kind="tests", files=("test_it.py",), isolate="check") for number in range(10)}
    code = LIGHT.format(count=2, fixture="submission", call="submission.double")
    verdicts = judged(sandbox, pack_of({"tests/test_it.py": code}, checks=checks))
    assert [str(verdict.outcome) for verdict in verdicts.values()] == ["PASSED"] * 10


def test_a_pack_is_collected_once(sandbox, monkeypatch):
    """Which tests there are is a property of the hidden files: whoever comes next is judged without asking again."""
    asked = []
    collect = Sitting.collect
    monkeypatch.setattr(Sitting, "collect", lambda sitting: asked.append(sitting) or collect(sitting))
    code = LIGHT.format(count=3, fixture="submission", call="submission.double")
    first = judged(sandbox, pack_of({"tests/test_it.py": code}))["check"]
    assert judged(sandbox, pack_of({"tests/test_it.py": code}), "def double(number): return 0")["check"] != first
    assert judged(sandbox, pack_of({"tests/test_it.py": code}))["check"] == first
    assert len(asked) == 1
    judged(sandbox, pack_of({"tests/test_it.py": code + "\n"}))
    assert len(asked) == 2


@pytest.mark.parametrize(
    "ids",
    ["[random.random()]", "range(3 if random.random() == random.Random(0).random() else 2)"],
    ids=["differ between two keys", "differ only when they run"],
)
def test_tests_that_depend_on_the_seed_are_the_author_s_fault(sandbox, ids):
    """Found while collecting, or at the latest when others run than were announced; nobody is marked by them."""
    code = f"import pytest, random\n@pytest.mark.parametrize('one', {ids})\ndef test_one(submission, one): pass\n"
    for _ in range(2):
        with pytest.raises(AuthorError) as caught:
            judged(sandbox, pack_of({"tests/test_it.py": code}))
        assert "give them fixed ids" in caught.value.hidden


def test_a_file_that_cannot_be_collected_is_the_author_s_fault(sandbox):
    with pytest.raises(AuthorError) as caught:
        judged(sandbox, pack_of({"tests/test_it.py": "import nothing_of_this_name\n"}))
    assert "nothing_of_this_name" in caught.value.hidden


def test_global_generators_are_settled_for_each_submission(sandbox):
    """Forks share what their process had drawn; no two submissions share what is drawn for them."""
    code = "import numpy as np\ndef test_one(submission):\n    number = np.random.random()\n    assert number == 2\n"
    pack = pack_of({"tests/test_it.py": code})
    drawn = [judged(sandbox, pack, SOLUTION + more)["check"].items[0].detail for more in ("", "", "# another")]
    numbers = [next(line for line in detail.splitlines() if line.startswith("number")) for detail in drawn]
    assert numbers[0] == numbers[1] != numbers[2]


def test_tracebacks_show_our_lines_too(sandbox):
    """The proctor's code is in no file, and is shown to authors all the same."""
    code = "def test_one(box):\n    box.equal(1, 2)\n"
    (item,) = judged(sandbox, pack_of({"tests/test_it.py": code}))["check"].items
    assert "if type(one) is not Handle or type(other) is not Handle:" in item.detail


def test_only_what_a_pack_names_is_imported_beforehand():
    code = LIGHT.format(count=1, fixture="submission", call="submission.double")
    assert "'numpy'" not in prepare(pack_of({"tests/test_it.py": code}))
    named = prepare(pack_of({"tests/test_it.py": f"from scipy import stats\nimport numpy as np\n{code}"}))
    assert "'numpy'" in named
    assert "'scipy.stats'" in named
    assert "'sklearn" not in named
    metric = Metric(kind="metric", title="F", scorer="f1", fit="f", predict="p", thresholds=(), data="labels.csv")
    checks = {"metric": metric, "static": Static(kind="static", max_complexity=5)}
    named = prepare(pack_of({}, checks=checks, kind="notebook"))
    assert all(f"'{name}'" in named for name in ("sklearn.metrics", "pandas", "radon.complexity", "nbformat.v4"))


def cost_of(sandbox: ForkedSandbox, pack: Pack) -> float:
    before = sandbox.cpu_seconds["proctor"]
    judged(sandbox, pack)
    return sandbox.cpu_seconds["proctor"] - before


def test_a_sitting_costs_a_fraction_of_bare_pytest(sandbox, tmp_path):
    """CPU of the proctor for twelve light tests, against pytest on the same twelve, side by side."""
    pack = pack_of(
        {"tests/test_it.py": LIGHT.format(count=12, fixture="submission", call="submission.double")}, isolate="check"
    )
    (tmp_path / "solution.py").write_text(SOLUTION)
    code = LIGHT.format(count=12, fixture="", call="double").replace("(, ", "(")
    (tmp_path / "test_it.py").write_text(f"from solution import double\n{code}")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py"]
    judged(sandbox, pack)
    ours, bare = [], []
    for _ in range(5):
        ours.append(cost_of(sandbox, pack))
        before = of_children()
        alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, env=alone)
        bare.append(of_children() - before)
    assert min(ours) <= min(bare) / 4


def of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
