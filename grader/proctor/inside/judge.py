"""Runs hidden tests with pytest, and gives evidence for each.

A test has passed when pytest saw its setup, call and teardown pass, nothing stuck to it, and the box was asked at least
once. Skipped, expected to fail, interrupted and never run are not passed. Each test's evidence is told as soon as it is
there, so that a later hang takes nothing back.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest

from grader.proctor.inside import crossing, protocol
from grader.proctor.inside.bad_answer import Notes
from grader.proctor.inside.collecting import Collecting
from grader.proctor.inside.fixtures import Fixtures
from grader.proctor.inside.keys import Keys
from grader.proctor.inside.session import Opening

HIDDEN = Path("/work/hidden")
Evidence = dict[str, Any]
Run = Callable[[pytest.Item, pytest.Item | None], tuple[bool, str]]
Plugged = Opening[tuple["Judge", Fixtures, "Markers"]]


class Collector:
    """A pytest plugin that only lists tests: id, sentence, hint and weight of each."""

    def __init__(self) -> None:
        self.tests: list[dict[str, str]] = []
        self.problems: list[str] = []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep what went wrong while collecting."""
        if report.failed:
            self.problems.append(str(report.longrepr)[-2000:])

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """List the tests."""
        for item in items:
            self.tests.append(_describe(item))

    def pytest_runtestloop(self) -> bool:
        """Run none of them."""
        return True


class Judge:
    """A pytest plugin that runs each test and tells what came of it. It is made before there is a sitting.

    Attributes:
        as_announced: the tests that were collected are those that the engine expects, so that they run; else none does.
    """

    def __init__(self) -> None:
        self.as_announced = False
        self._raised: list[BaseException] = []
        self._collecting = Collecting(self)

    def sit(
        self,
        notes: Notes,
        keys: Keys,
        announced: list[str],
        begin: Callable[[str], None],
        tell: Callable[..., None],
    ) -> None:
        """Learn what to judge.

        Args:
            notes: what the boxes write down.
            keys: of this submission.
            announced: ids of the tests that the engine expects.
            begin: takes the id of a test that is about to run.
            tell: takes the evidence of one test; `more` when another begins at once, so that it may go with that.
        """
        self._notes = notes
        self._keys = keys
        self._announced = sorted(announced)
        self._begin = begin
        self._tell = tell

    def pytest_collection(self, session: pytest.Session) -> bool | None:
        """Collect files that are named, without looking for them."""
        return self._collecting.files(session)

    @pytest.hookimpl(tryfirst=True)
    def pytest_pycollect_makeitem(self, collector: object, name: str, obj: object) -> pytest.Function | None:
        """Collect what is plain at once."""
        return self._collecting.function(collector, name, obj)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep to what was announced, and seed hypothesis, test by test."""
        self.as_announced = sorted(item.nodeid for item in items) == self._announced
        if not self.as_announced:
            items.clear()
        for item in items:
            function: Any = getattr(item, "function", None)
            if hasattr(function, "hypothesis"):
                import hypothesis

                hypothesis.seed(self._keys.part("test").part(item.nodeid).integer("hypothesis"))(function)

    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Run the tests in order, unless some could not be collected; each directly where that is the same."""
        if session.testsfailed:
            return None
        all_known = protocol.all_known(session, self)
        for item, nextitem in zip_longest(session.items, session.items[1:]):
            if all_known and protocol.asks_for_nothing(item):
                self._judge(item, nextitem, protocol.directly)
            else:
                session.config.hook.pytest_runtest_protocol(item=item, nextitem=nextitem)
            if session.shouldfail or session.shouldstop:
                break
        return True

    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        """Run one test, all plugins asked."""
        self._judge(item, nextitem, protocol.asking_all)
        return True

    def _judge(self, item: pytest.Item, nextitem: pytest.Item | None, run: Run) -> None:
        """Run one test; once more where the clock ran out with the CPU idle."""
        self._begin(item.nodeid)
        evidence = self._run(item, nextitem, run)
        if self._notes.bad and self._notes.bad[0].once_more:
            item._initrequest()  # type: ignore[attr-defined]  # noqa: SLF001 - as pytest-rerunfailures does
            evidence = self._run(item, nextitem, run)
        self._tell({"id": item.nodeid, **evidence}, more=nextitem is not None)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[Any]) -> Iterator[None]:
        """Keep what was raised, to tell the learner's exceptions from a failed assertion."""
        if call.excinfo is not None:
            self._raised.append(call.excinfo.value)
        return (yield)

    def _run(self, item: pytest.Item, nextitem: pytest.Item | None, run: Run) -> Evidence:
        self._notes.clear()
        self._raised.clear()
        passed, detail = run(item, nextitem)
        return self._evidence(detail, passed=passed)

    def _evidence(self, detail: str, *, passed: bool) -> Evidence:
        if self._notes.bad:
            first = self._notes.bad[0]
            return {"word": first.word, "which": first.which, "raised": "", "detail": first.detail}
        if passed:
            if self._notes.asked:
                return {"word": "PASSED", "which": "", "raised": "", "detail": ""}
            return {"word": "FAILED", "which": "", "raised": "", "detail": "the test asked the box nothing"}
        learners = [error for error in self._raised if any(error is crossed for crossed in self._notes.crossed)]
        if learners:
            return {"word": "RAISED", "which": "", "raised": crossing.family(learners[0]), "detail": detail}
        return {"word": "FAILED", "which": "", "raised": "", "detail": detail}


def collect(files: list[str], key: int) -> dict[str, Any]:
    """Return the tests in `files`, collected under a key: `{"tests": [...], "problems": [...]}`."""
    random.seed(key)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(key % 2**32)
    collector = Collector()
    code = Opening((collector, Markers())).run(HIDDEN / "tests", files)
    if code != pytest.ExitCode.OK and not collector.problems:
        collector.problems.append(f"pytest ended with {code!r}")
    return {"tests": collector.tests, "problems": collector.problems}


def open_session(opening: Callable[[tuple[Judge, Fixtures, Markers]], Plugged] = Opening) -> Plugged:
    """Return a session that runs tests, and has not begun."""
    return opening((Judge(), Fixtures(), Markers()))


class Markers:
    """A pytest plugin that declares our markers, and settles hypothesis."""

    def pytest_configure(self, config: pytest.Config) -> None:
        """Declare the markers; authors see variables, not diffs; hypothesis keeps no database, so that it repeats."""
        config.option.showlocals = True
        config.addinivalue_line("markers", "hint(text): a question shown to the learner when the test does not pass")
        config.addinivalue_line("markers", "points(number): the test's weight in its check, 1 by default")
        if "hypothesis" not in sys.modules:  # imported ahead where a hidden file names it
            return
        import hypothesis

        hypothesis.settings.register_profile(
            "grader", database=None, deadline=None, suppress_health_check=list(hypothesis.HealthCheck)
        )
        hypothesis.settings.load_profile("grader")


def _describe(item: pytest.Item) -> dict[str, str]:
    documentation = getattr(getattr(item, "function", None), "__doc__", None) or ""
    hint, points = item.get_closest_marker("hint"), item.get_closest_marker("points")
    return {
        "id": item.nodeid,
        "sentence": documentation.strip().partition("\n")[0].strip(),
        "hint": str(hint.args[0]) if hint and hint.args else "",
        "weight": str(Fraction(str(points.args[0]))) if points and points.args else "1",
    }
