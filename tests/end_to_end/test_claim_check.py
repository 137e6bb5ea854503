"""A claim earns its points, is marked wherever they are shown, and can never be certified."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader import catalog, golden
from grader.certify.grounds import grounds
from grader.checks.claim import SAID
from grader.errors import AuthorError
from grader.model import Attempt, State, Word
from grader.sandbox.choice import open_sandbox

pytestmark = pytest.mark.docker

PACK = {
    "assignment.toml": 'title = "Own tests"\nskill = "a/b"\nkind = "module"\nfiles = ["mine.py"]\n',
    "README.md": "Write tests.\n",
    "rubric.toml": """\
points = 2
pass_mark = 1

[[criteria]]
id = "own"
title = "Its own tests pass"
points = 1
checks = ["own"]

[[criteria]]
id = "read"
title = "Can be read"
points = 1
checks = ["read"]

[checks.own]
kind = "claim"
files = ["test_own.py"]

[checks.read]
kind = "review"
question = "Can it be read?"
levels = [
    { title = "No", sentence = "It cannot.", share = 0 },
    { title = "Yes", sentence = "It can.", share = 1 },
]
""",
    "hidden/tests/test_own.py": (
        'def test_own(submission):\n    """Says that its own tests pass."""\n    assert submission.passes() is True\n'
    ),
    "examples/reference/mine.py": "def passes():\n    return True\n",
    "examples/reference/expect.toml": """\
says = "It says so."
passed = true
points = 2

[criteria]
own = { outcome = "PASSED", points = 1 }
read = { outcome = "PASSED", points = 1 }

[reviews.read]
levels = ["Yes"]
""",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in PACK.items():
        path = tmp_path / "own-tests" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def sandbox():
    opened = open_sandbox("docker")
    yield opened
    opened.close()


def graded(root, sandbox):
    pack = catalog.load("own-tests", [root])
    (example,) = catalog.examples("own-tests", [root])
    published = golden.grade_example(pack, example, sandbox=sandbox, progress=lambda _: None)
    assert golden.differences(example, published.report) == ()
    return published


def test_a_claim_is_marked_in_report_page_and_grounds(root, sandbox):
    published = graded(root, sandbox)
    verdict = published.report.verdicts[0]
    assert (verdict.kind, verdict.outcome.word) == ("claim", Word.PASSED)
    assert verdict.notes == (SAID,)
    assert published.learner.criteria[0].checks[0].kind == "claim"
    assert SAID in published.page
    attempt = Attempt(id="", assignment="own-tests", learner="a", course="", received_at="", number=1,
                      submission=published.report.pins.submission, state=State.GRADED)  # fmt: skip
    assert [one for one in grounds(attempt, published.report) if "the learner's own process says (own)" in one]


def test_reviews_of_an_example_that_name_no_level_or_check_are_the_author_s_error(root, sandbox):
    expect = root / "own-tests" / "examples" / "reference" / "expect.toml"
    right = expect.read_text("utf-8")
    for old, new, says in (
        ('"Yes"', '"Yess"', 'did you mean "Yes"'),
        ("reviews.read", "reviews.own", "is no check that"),
    ):
        expect.write_text(right.replace(old, new), encoding="utf-8")
        with pytest.raises(AuthorError, match=says):
            graded(root, sandbox)
