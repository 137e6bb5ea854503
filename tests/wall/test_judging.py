"""An answer that breaks the judge: whose fault it is, on real containers.

The hidden tests here work with what they are told, as honest tests do: an answer can keep them busy for ever, or trip
over something that ends the process.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.canonical import digest_tree
from grader.errors import AuthorError, EngineError
from grader.keys import PUBLISHED_SECRET
from grader.model import (
    Assignment,
    Check,
    Criterion,
    JudgingLimits,
    Limits,
    Metric,
    Pack,
    Rubric,
    Submission,
    TestLimits,
    Tests,
    Threshold,
)
from grader.proctor.faults import JudgingBroke
from grader.sandbox.docker import DockerSandbox
from grader.settings import resource
from grader.story.grading import grade

pytestmark = [pytest.mark.docker]

BUSY = """
import os

def test_first(submission):
    assert submission.count() is not None

def test_works_with_the_answer(submission):
    count, steps = submission.count(), 0
    if count < 0:
        os._exit(3)
    while steps < count:
        steps += 1
    assert steps == 3

def test_last(submission):
    assert submission.count() is not None
"""
HONEST = "def count():\n    return 3\n"
METRIC = """
def generate(keys):
    rows, labels = [{"x": number} for number in range(20)], [number % 2 for number in range(20)]
    return {"train_rows": rows, "train_labels": labels, "test_rows": rows, "test_labels": labels}

def share(labels, predictions):
    while len([one for one in predictions if one == 7]) == 10:
        pass
    return 1.0
"""


@pytest.fixture(scope="module")
def sandbox():
    sandbox = DockerSandbox(resource("sandbox"))
    yield sandbox
    assert sandbox.leftovers() == []


def pack_of(hidden: dict[str, str], check: Check, *, reference: str = HONEST) -> Pack:
    points = Fraction(10)
    return Pack(
        slug="judged",
        assignment=Assignment(
            title="Judged",
            skill="safety/judging",
            kind="module",
            files=("solution.py",),
            proctor_family="python-ml",
            limits=Limits(cpu_seconds=2.0, memory_mb=128),
            judging=JudgingLimits(cpu_seconds=1.0, memory_mb=512),
        ),
        rubric=Rubric(
            points=points,
            pass_mark=points,
            criteria=(Criterion(id="all", title="All.", points=points, checks=("check",)),),
            checks={"check": check},
        ),
        brief="",
        starter={},
        data={},
        hidden={name: text.encode() for name, text in hidden.items()},
        digest="sha256:pack",
        rubric_digest="sha256:rubric",
        reference={"solution.py": reference.encode()} if reference else {},
    )


def pack_with(code: str, *, reference: str = HONEST, **about: object) -> Pack:
    check = Tests(kind="tests", files=("test_it.py",), **about)
    return pack_of({"tests/test_it.py": code}, check, reference=reference)


def outcomes(sandbox: DockerSandbox, pack: Pack, source: str) -> dict[str, str]:
    files = {"solution.py": source.encode()}
    submission = Submission(files=files, digest=digest_tree(files))
    graded = grade(pack, submission, sandbox=sandbox, secret=PUBLISHED_SECRET, progress=lambda _: None)
    verdict = graded.examined["check"].verdict
    items = {item.id.partition("::test_")[2]: str(item.outcome) for item in verdict.items}
    return items if pack.rubric.checks["check"].kind == "tests" else {"check": str(verdict.outcome)}


@pytest.mark.parametrize("answer", ["10**12", "-1"], ids=["keeps it busy for ever", "ends it"])
def test_an_answer_that_breaks_the_judge_is_over_the_limit_of_judging(sandbox, answer):
    """The reference passes that test, so it was the answer; the tests before and after it are judged all the same."""
    assert outcomes(sandbox, pack_with(BUSY), f"def count(): return {answer}") == {
        "first": "PASSED",
        "works_with_the_answer": "OVER_LIMIT(judging)",
        "last": "PASSED",
    }


def test_an_honest_answer_is_judged_as_ever(sandbox):
    """The control: the same tests, the same limits."""
    assert set(outcomes(sandbox, pack_with(BUSY), HONEST).values()) == {"PASSED"}


@pytest.mark.parametrize("reference", ["def count():\n    return -1\n", ""], ids=["breaks it too", "is not there"])
def test_a_judge_that_breaks_on_the_reference_is_the_author_s_fault(sandbox, reference):
    """No verdict, so no attempt is used up."""
    with pytest.raises(AuthorError, match="no fault of yours") as caught:
        outcomes(sandbox, pack_with(BUSY, reference=reference), "def count(): return -1")
    assert "test_works_with_the_answer" in caught.value.hidden


@pytest.mark.parametrize("end", ["os._exit(3)", "os.kill(os.getpid(), 9)", "while True: pass"])
def test_a_judge_that_breaks_before_a_box_has_spoken_is_our_fault(sandbox, end):
    """Or at least nobody's answer: an engine error, never a zero."""
    code = f"import os\ndef test_ends():\n    {end}\n"
    with pytest.raises(JudgingBroke) as caught:
        outcomes(sandbox, pack_with(code), HONEST)
    assert isinstance(caught.value, EngineError)


def test_a_judge_is_not_broken_for_ever(sandbox):
    """After three broken proctors the tests that are left of a check are not asked."""
    code = "import os\n" + "".join(
        f"def test_{name}(submission):\n    if submission.count() < 0: os._exit(3)\n" for name in "abcde"
    )
    found = outcomes(sandbox, pack_with(code), "def count(): return -1")
    assert found == dict.fromkeys("abcde", "OVER_LIMIT(judging)")


def test_predictions_that_break_the_author_s_measure(sandbox):
    """The reference can be measured, so it was the predictions."""
    check = Metric(
        kind="metric",
        title="Share",
        scorer="generator.py:share",
        fit="train",
        predict="predict",
        generator="generator.py",
        thresholds=(Threshold(at=Fraction(1, 2), earns=Fraction(0)), Threshold(at=Fraction(1), earns=Fraction(1))),
    )
    honest = "def train(rows, labels): return 0\ndef predict(model, rows): return [0 for row in rows]\n"
    sevens = honest.replace("[0 for row in rows]", "[7 if row['x'] < 10 else 0 for row in rows]")
    pack = pack_of({"generator.py": METRIC}, check, reference=honest)
    assert outcomes(sandbox, pack, honest) == {"check": "PASSED"}
    assert outcomes(sandbox, pack, sevens) == {"check": "OVER_LIMIT(judging)"}


def test_a_test_may_have_limits_of_its_own(sandbox):
    """The same second of work is within one test's limit and over another's."""
    code = "".join(f"def test_{name}(submission):\n    assert submission.work() == 1\n" for name in ("long", "short"))
    work = "import time\ndef work():\n    end = time.process_time() + 0.7\n    while time.process_time() < end: pass\n"
    pack = pack_with(code, test_limits={"test_short": TestLimits(cpu_seconds=0.3)})
    assert outcomes(sandbox, pack, work + "    return 1\n") == {"long": "PASSED", "short": "TIMED_OUT"}


def test_limits_of_a_test_that_is_not_there(sandbox):
    """Refused, with the nearest there is for whoever holds the pack."""
    code = "def test_short(submission):\n    assert submission.count() == 3\n"
    pack = pack_with(code, test_limits={"test_shrot": TestLimits(cpu_seconds=0.3)})
    with pytest.raises(AuthorError, match="test_shrot") as caught:
        outcomes(sandbox, pack, HONEST)
    assert "test_short" in caught.value.hidden
