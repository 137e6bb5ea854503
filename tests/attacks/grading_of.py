"""What becomes of an attack: on the engine, on any back end, and before the naive judge. Tells; asserts nothing.

test_attacks.py and test_bombs.py hold it against the table, matrix.py prints it.
"""

from __future__ import annotations

import threading
import time
from contextlib import closing
from dataclasses import dataclass, field

import attack
from attack import CANARY, MARK, Attack
from naive import container

from grader.errors import GraderError
from grader.keys import PUBLISHED_SECRET
from grader.model import Circumstances, Report, Tenancy, Verdict
from grader.sandbox.choice import open_sandbox
from grader.sandbox.docker_client import connect
from grader.sandbox.interface import Sandbox
from grader.story import grading

BACK_ENDS = ("docker", "cells", "runsc", "embedded")
"""`docker` is Docker with a container for each box, `cells` is Docker with boxes that share containers."""
ACTS = ("<script", "onerror=", "\x1b", "\u202e", "\n=cmd|")
"""What does something where it is shown: on a page, in a terminal, in a line of text, in a spreadsheet."""


@dataclass
class Graded:
    """What the engine gave: `report` is missing when it raised.

    Attributes:
        took: seconds in all.
        left: boxes that are still there.
        error: what it raised.
        graded: what grading gave.
        report: made of it.
    """

    took: float = 0.0
    left: list[str] = field(default_factory=list)
    error: GraderError | None = None
    graded: grading.Graded | None = None
    report: Report | None = None

    @property
    def outcomes(self) -> dict[str, dict[str, str]]:
        """The outcome of each test, by check."""
        return {verdict.check: outcomes_of(verdict) for verdict in self.report.verdicts} if self.report else {}

    @property
    def details(self) -> str:
        """For whoever has to find out why."""
        if self.report is None:
            return f"no verdict, but {type(self.error).__name__}: {self.error} {getattr(self.error, 'hidden', '')}"
        items = [item for verdict in self.report.verdicts for item in verdict.items]
        return "\n".join(f"{item.id}: {item.outcome} {item.detail[-700:]}" for item in items)


def sandbox(name: str) -> Sandbox:
    """Return a back end by name.

    Raises:
        EngineError: it cannot be had here.
    """
    return open_sandbox("docker" if name == "cells" else name)


def tenancy(name: str) -> Tenancy:
    """Return the tenancy of boxes on a back end of that name."""
    return "cell" if name == "cells" else "single"


class OnBackEnd:
    """Grades on one back end: each thread in a sandbox of its own, so that it can say what it left.

    Args:
        name: of `BACK_ENDS`.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._own = threading.local()
        self._opened: list[Sandbox] = []

    def __call__(self, case: Attack) -> Graded:
        """Have an attack graded, as this back end meets it.

        Raises:
            EngineError: the back end cannot be had here.
        """
        if not hasattr(self._own, "sandbox"):
            self._own.sandbox = sandbox(self._name)
            self._opened.append(self._own.sandbox)
        return grade(case.on_back_end(self._name), self._own.sandbox, tenancy(self._name))

    def close(self) -> None:
        """End what was kept ready."""
        for opened in self._opened:
            opened.close()


def grade(case: Attack, back_end: Sandbox, lodged: Tenancy) -> Graded:
    """Have the engine grade it."""
    result, started = Graded(), time.monotonic()
    try:
        pack = attack.pack(case)
        result.graded = grading.grade(
            pack,
            case.submission,
            sandbox=back_end,
            secret=PUBLISHED_SECRET,
            progress=lambda _: None,
            tenancy=lodged,
        )
        assert result.graded.tenancy == lodged
        result.report = grading.report(pack, result.graded, circumstances(result.graded))
    except GraderError as error:
        result.error = error
    result.took, result.left = time.monotonic() - started, back_end.leftovers()
    return result


def as_told(case: Attack, given: Graded) -> bool:
    """Whether it came as the table says."""
    if case.refused:
        return case.refused in str(given.error)
    told = expected(case)
    return _shape(given.outcomes) == _shape(told) and all(
        outcome in told[check][test].split(" or ")
        for check, tests in given.outcomes.items()
        for test, outcome in tests.items()
    )


def _shape(outcomes: dict[str, dict[str, str]]) -> dict[str, list[str]]:
    return {check: list(tests) for check, tests in outcomes.items()}


def expected(case: Attack) -> dict[str, dict[str, str]]:
    """Return the outcomes in the table, by check."""
    if case.against == attack.BOMB:
        return {"attacked": case.outcomes}
    return {"before": {"doubles": case.before}, "attacked": case.outcomes, "after": {"halves": case.after}}


def judge_naively(case: Attack) -> container.Marked:
    """Have the naive judge mark it."""
    files = {name.removeprefix("tests/"): content for name, content in attack.hidden().items()}
    with closing(connect()) as client:
        return container.judge(client, {**files, **case.files}, [f"test_{case.against}.py"])


def won_on(case: Attack, marked: container.Marked) -> set[str]:
    """Return how the attack won on the naive judge.

    It is harmed when it had to be ended, when the marks of others' honest work are gone, and when what it shows acts
    where it is shown.
    """
    won = set()
    gained = {name for name, passed in marked.marks.items() if passed} & set(case.outcomes) - set(case.solves)
    if gained or (case.against == "model" and marked.marks.get("model")):
        won.add("marks")
    if CANARY in marked.shown or MARK in marked.shown:
        won.add("leak")
    if marked.killed or not {"doubles", "halves"} <= set(marked.marks) or any(text in marked.shown for text in ACTS):
        won.add("harm")
    return won


def outcomes_of(verdict: Verdict) -> dict[str, str]:
    """Return the outcome of each of its tests, by the short name."""
    return {short(item.id): str(item.outcome) for item in verdict.items}


def short(name: str) -> str:
    """Return a test's name as the table has it."""
    return name.rpartition("::")[2].partition("[")[0].removeprefix("test_")


def circumstances(graded: grading.Graded) -> Circumstances:
    """Return what the desk would add, all of it made up but what boxes used and printed."""
    return Circumstances(
        attempt="a-1",
        learner="Mallory",
        number=1,
        received_at="2026-01-01T00:00:00Z",
        graded_at="2026-01-01T00:00:00Z",
        duration_ms=1,
        sandbox=graded.sandbox,
        image=graded.image,
        spent={name: examined.spent for name, examined in graded.examined.items()},
        printed={name: examined.printed for name, examined in graded.examined.items()},
        practice_only=graded.practice_only,
    )
