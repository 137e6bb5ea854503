"""Every attack of the tables, thrown at the engine and at a naive judge.

The engine must give the attacked tests exactly the outcomes in the table, keep what was honestly earned before and
after, end in time, leave nothing running and show nothing hidden. The naive judge must lose, or the table says why it
cannot: that proves that the attack is one. On Docker all are tried, in containers of their own and in cells, a fixed
part of them on every other back end.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import attack
import pytest
from attack import CANARY, MARK, Attack
from grading_of import ACTS, Graded, OnBackEnd, as_told, judge_naively, short, won_on
from rich.console import Console

from grader.canonical import encode
from grader.errors import SubmissionError
from grader.keys import PUBLISHED_SECRET, submission_seed
from grader.model import LearnerReport, Report
from grader.render import html, terminal
from grader.story.reveal import reveal

ATTACKS = attack.load()
PROVED = [case for case in ATTACKS if not case.name.startswith("control/")]
HIDDEN_WORDS = [f"{CANARY}-{part}" for part in ("source", "id", "answer", "labels", "file", "generator")]
"""All planted words but `input`, which a submission is told: it is an argument."""
MARKERS = {
    "cells": [pytest.mark.docker],
    "runsc": [pytest.mark.docker, pytest.mark.runsc],
    "embedded": [pytest.mark.embedded],
}
SIDE_BY_SIDE = 2


def named(cases: list[Attack]) -> list:
    return [pytest.param(case, id=case.name) for case in cases]


ON_DOCKER = named([case for case in ATTACKS if case.against != attack.BOMB])
ELSEWHERE = [
    pytest.param(name, case, id=f"{name}-{case.name}", marks=markers)
    for name, markers in MARKERS.items()
    for case in ATTACKS
    if (case.against != attack.BOMB if name == "cells" else case.everywhere)
]


@pytest.fixture(scope="module")
def engine(request):
    """What the engine gave, by attack."""
    grading = OnBackEnd("docker")
    yield from ahead(request, "test_engine", grading)
    grading.close()


@pytest.fixture(scope="module")
def engine_elsewhere(request):
    """What the engine gave, by back end and attack."""
    grading = {name: OnBackEnd(name) for name in MARKERS}
    yield from ahead(request, "test_engine_elsewhere", lambda name, case: grading[name](case))
    for one in grading.values():
        one.close()


@pytest.fixture(scope="module")
def naive_judge(request):
    """What the naive judge gave, by attack; it works beside the engine, and mostly waits."""
    yield from ahead(request, "test_naive_judge", judge_naively)


def ahead(request: pytest.FixtureRequest, test: str, work: Callable) -> Iterator[Callable]:
    """Yield a function that gives the result for a test's parameters; those of this session are worked out ahead."""
    items = [item for item in request.session.items if getattr(item, "originalname", "") == test]
    pool = ThreadPoolExecutor(max_workers=SIDE_BY_SIDE)
    futures = {
        key_of(values): pool.submit(work, *values) for values in (item.callspec.params.values() for item in items)
    }
    yield lambda *values: futures[key_of(values)].result()
    pool.shutdown(cancel_futures=True)


def key_of(values: Iterable) -> tuple:
    return tuple(getattr(value, "name", value) for value in values)


@pytest.mark.docker
@pytest.mark.attack
@pytest.mark.parametrize("case", ON_DOCKER)
def test_engine(case, engine, naive_judge):
    """The engine gives the outcomes in the table, keeps honest points, shows nothing, ends in time, leaves nothing."""
    hold(case, engine(case))


@pytest.mark.attack
@pytest.mark.parametrize(("name", "case"), ELSEWHERE)
def test_engine_elsewhere(name, case, engine_elsewhere):
    """Another back end holds as well; where the outcome differs, the table says why."""
    hold(case.on_back_end(name), engine_elsewhere(name, case))


@pytest.mark.docker
@pytest.mark.attack
@pytest.mark.parametrize("case", named(ATTACKS))
def test_naive_judge(case, naive_judge):
    """The naive judge gives marks for nothing, shows what is hidden or is harmed; or the table says why it cannot."""
    marked = naive_judge(case)
    won = won_on(case, marked)
    assert case.wins in won if case.wins != "cannot" else not won and case.because, (won, marked)


def hold(case: Attack, given: Graded) -> None:
    """Assert all that the table says of an attack on the engine."""
    assert given.left == []
    if case.refused:
        assert isinstance(given.error, SubmissionError), given.details
    assert as_told(case, given), f"{given.outcomes}\n{given.details}"
    assert given.took < case.within
    if given.report is None:
        return
    for name, family in case.raised.items():
        assert raised_by(given.report)[name] == family
    assert given.report.score.earned <= most_points(case)
    assert_nothing_shown(case, given)


def raised_by(report: Report) -> dict[str, str]:
    return {short(item.id): item.raised for verdict in report.verdicts for item in verdict.items}


def most_points(case: Attack):
    """Return what honest work on the tests it solves is worth."""
    honest = (case.before == "PASSED") + (case.after == "PASSED") if case.against != attack.BOMB else 0
    if case.against == "model":
        return attack.POINTS * honest
    return attack.POINTS * honest + attack.POINTS * len(case.solves) / len(case.outcomes)


def assert_nothing_shown(case: Attack, given: Graded) -> None:
    """No planted word, input or seed is in any output for learners, however it is spelt; none entered a box at all."""
    shown = reveal(given.report, attack.pack(case))
    for text in (encode(shown).decode(), html.learner_page(shown), in_terminal(shown)):
        for secret in (CANARY, MARK, seed_of(given)):
            for spelling in spellings(secret):
                assert spelling not in text.lower()
        assert not [acting for acting in (*ACTS, "\x00") if acting in text]
        text.encode()
    for examined in given.graded.examined.values():
        assert not [word for word in HIDDEN_WORDS if word in examined.printed]
    assert encode(given.report)
    page = html.author_page(given.report)
    assert page.encode()
    assert not [acting for acting in ("<script", "\x1b", "\u202e", "\x00") if acting in page]


def seed_of(given: Graded) -> str:
    digest = given.report.pins.submission
    return submission_seed(PUBLISHED_SECRET, slug="attacked", seed_epoch=1, submission_digest=digest).hex()


def spellings(secret: str) -> list[str]:
    raw = secret.encode()
    return [secret, secret[::-1], raw.hex(), base64.b64encode(raw).decode().rstrip("=").lower()[:-1]]


def in_terminal(shown: LearnerReport) -> str:
    written = io.StringIO()
    terminal.learner_summary(shown, Console(file=written, width=100))
    return written.getvalue()


def test_the_table_is_not_small():
    """There are at least 100 attacks, most of them proved on the naive judge; the rest say why they are not."""
    assert len(PROVED) >= 100
    assert sum(case.wins != "cannot" for case in PROVED) >= 75
    assert all(case.because for case in PROVED if case.wins == "cannot")
    assert all(case.says.endswith(".") for case in PROVED)


def test_enough_is_tried_on_every_back_end():
    """At least 20 attacks, of most families; what differs there says why."""
    everywhere = [case for case in PROVED if case.everywhere]
    assert len(everywhere) >= 20
    assert len({case.name.partition("/")[0] for case in everywhere}) >= 12
    assert all(set(case.on) <= set(MARKERS) for case in ATTACKS)
    assert all(differs.get("because") for case in ATTACKS for differs in case.on.values())
