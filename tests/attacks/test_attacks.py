"""Every attack of the tables, thrown at the engine on Docker and at a naive judge.

The engine must give the attacked tests exactly the outcomes in the table, keep what was honestly earned before and
after, end in time, leave nothing running and show nothing hidden. The naive judge must lose, or the table says why it
cannot: that proves that the attack is one.
"""

from __future__ import annotations

import base64
import io
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import SimpleQueue

import attack
import pytest
from attack import CANARY, MARK, Attack
from naive import container
from rich.console import Console

from grader.canonical import encode
from grader.errors import GraderError
from grader.keys import PUBLISHED_SECRET, submission_seed
from grader.model import Circumstances, LearnerReport, Report
from grader.render import html, terminal
from grader.sandbox.docker import DockerSandbox, connect
from grader.settings import resource
from grader.story import grading
from grader.story.reveal import reveal

pytestmark = [pytest.mark.docker, pytest.mark.attack]

ATTACKS = attack.load()
TOLD = f"{CANARY}-input"
"""The one planted word that a submission is told: it is an argument."""
HIDDEN_WORDS = [f"{CANARY}-{part}" for part in ("source", "id", "answer", "labels", "file", "generator")]


def named(cases: list[Attack]) -> list:
    return [pytest.param(case, id=case.name) for case in cases]


@dataclass
class Graded:
    """What the engine gave: all but `took` and `left` is missing when it raised."""

    took: float = 0.0
    left: list[str] = field(default_factory=list)
    error: GraderError | None = None
    graded: grading.Graded | None = None


@pytest.fixture(scope="module")
def engine(request):
    """What the engine gave, by attack; two are graded side by side, each in a sandbox of its own, ahead of time."""
    sandboxes: SimpleQueue[DockerSandbox] = SimpleQueue()
    for _ in range(2):
        sandboxes.put(DockerSandbox(resource("sandbox")))

    def grade(case: Attack) -> Graded:
        sandbox, result, started = sandboxes.get(), Graded(), time.monotonic()
        try:
            result.graded = grading.grade(
                attack.pack(case), case.submission, sandbox=sandbox, secret=PUBLISHED_SECRET, progress=lambda _: None
            )
        except GraderError as error:
            result.error = error
        finally:
            result.took, result.left = time.monotonic() - started, sandbox.leftovers()
            sandboxes.put(sandbox)
        return result

    yield from ahead(request, "test_engine", 2, grade)


@pytest.fixture(scope="module")
def naive_judge(request):
    """What the naive judge gave, by attack; it works beside the engine."""
    files = {name.removeprefix("tests/"): content for name, content in attack.hidden().items()}

    def judge(case: Attack) -> container.Marked:
        return container.judge(connect(), {**files, **case.submission.files}, [f"test_{case.against}.py"])

    yield from ahead(request, "test_naive_judge", 1, judge)


def ahead(request: pytest.FixtureRequest, test: str, workers: int, work: Callable) -> Iterator[Callable]:
    """Yield a function that gives the result for an attack; those of this session's tests are worked out ahead."""
    wanted = {item.callspec.id for item in request.session.items if getattr(item, "originalname", "") == test}
    pool = ThreadPoolExecutor(max_workers=workers)
    futures = {case.name: pool.submit(work, case) for case in ATTACKS if case.name in wanted}
    yield lambda case: futures[case.name].result()
    pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("case", named(ATTACKS))
def test_engine(case, engine, naive_judge):
    """The engine gives the outcomes in the table, keeps honest points, shows nothing, ends in time, leaves nothing."""
    given, pack = engine(case), attack.pack(case)
    assert given.left == []
    assert given.error is None, f"no verdict, but {type(given.error).__name__}: {str(given.error)[:500]}"
    report = grading.report(pack, given.graded, circumstances(given.graded))
    outcomes = {verdict.check: outcomes_of(verdict) for verdict in report.verdicts}
    assert outcomes["attacked"] == case.outcomes, details(report)
    assert outcomes["before"] == {"doubles": case.before}, details(report)
    assert outcomes["after"] == {"halves": case.after}, details(report)
    for name, family in case.raised.items():
        assert raised_by(report)[name] == family
    assert report.score.earned <= most_points(case)
    assert given.took < case.within
    assert_nothing_shown(case, given.graded, report, reveal(report, pack))


@pytest.mark.parametrize("case", named(ATTACKS))
def test_naive_judge(case, naive_judge):
    """The naive judge gives marks for nothing, shows what is hidden or is harmed; or the table says why it cannot."""
    marked = naive_judge(case)
    won = won_on(case, marked)
    assert case.wins in won if case.wins != "cannot" else not won and case.because, (won, marked)


def won_on(case: Attack, marked: container.Marked) -> set[str]:
    """Return how the attack won on the naive judge."""
    won = set()
    gained = {name for name, passed in marked.marks.items() if passed} & set(case.outcomes) - set(case.solves)
    if gained or (case.against == "model" and marked.marks.get("model")):
        won.add("marks")
    if CANARY in marked.shown or MARK in marked.shown:
        won.add("leak")
    if marked.killed or not {"doubles", "halves"} <= set(marked.marks):
        won.add("harm")
    return won


def outcomes_of(verdict) -> dict[str, str]:
    return {short(item.id): str(item.outcome) for item in verdict.items}


def raised_by(report: Report) -> dict[str, str]:
    return {short(item.id): item.raised for verdict in report.verdicts for item in verdict.items}


def short(name: str) -> str:
    return name.rpartition("::")[2].partition("[")[0].removeprefix("test_")


def details(report: Report) -> str:
    return "\n".join(f"{item.id}: {item.outcome} {item.detail[-700:]}" for v in report.verdicts for item in v.items)


def most_points(case: Attack):
    """Return what honest work on the tests it solves is worth."""
    points = attack.POINTS * ((case.before == "PASSED") + (case.after == "PASSED"))
    if case.against != "model":
        points += attack.POINTS * len(case.solves) / len(case.outcomes)
    return points


def circumstances(graded: grading.Graded) -> Circumstances:
    return Circumstances(
        attempt="a-1",
        learner="Mallory",
        number=1,
        received_at="2026-01-01T00:00:00Z",
        graded_at="2026-01-01T00:00:00Z",
        duration_ms=1,
        sandbox=graded.sandbox,
        image=graded.image,
        usage={name: examined.usage for name, examined in graded.examined.items()},
        printed={name: examined.printed for name, examined in graded.examined.items()},
    )


def assert_nothing_shown(case: Attack, graded: grading.Graded, report: Report, shown: LearnerReport) -> None:
    """No planted word, input or seed is in any output for learners, however it is spelt; none entered a box at all."""
    outputs = [encode(shown).decode(), html.learner_page(shown), in_terminal(shown)]
    for text in outputs:
        for secret in (CANARY, MARK, seed_of(case)):
            for spelling in spellings(secret):
                assert spelling not in text.lower()
        assert "\x1b" not in text
        assert "\x00" not in text
        text.encode()
    for examined in graded.examined.values():
        assert not [word for word in HIDDEN_WORDS if word in examined.printed]
    assert encode(report)
    assert html.author_page(report).encode()


def seed_of(case: Attack) -> str:
    return submission_seed(
        PUBLISHED_SECRET, slug="attacked", seed_epoch=1, submission_digest=case.submission.digest
    ).hex()


def spellings(secret: str) -> list[str]:
    raw = secret.encode()
    return [secret, secret[::-1], raw.hex(), base64.b64encode(raw).decode().rstrip("=").lower()[:-1]]


def in_terminal(shown: LearnerReport) -> str:
    written = io.StringIO()
    terminal.learner_summary(shown, Console(file=written, width=100))
    return written.getvalue()


def test_the_table_is_not_small():
    """There are at least 25 attacks, and most of them are proved on the naive judge."""
    attacks = [case for case in ATTACKS if not case.name.startswith("control/")]
    assert len(attacks) >= 25
    assert sum(case.wins != "cannot" for case in attacks) >= 25
    assert all(case.because for case in attacks if case.wins == "cannot")
