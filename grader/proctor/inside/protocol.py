"""Setup, call and teardown of one test: pytest's protocol, without asking those who have nothing to say.

For each phase of each test pytest asks all plugins in turn, and most of a short test's time is theirs. Where every one
of them is known, and the test asks for none of what they give, the phases are gone through directly: the same fixtures,
the same order, the same report of what failed. What they are there for otherwise (to keep prints, warnings and log
messages of passing tests to themselves) is done once for all tests.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Literal

import pytest
from _pytest.runner import runtestprotocol

_ASKED = ("protocol", "setup", "call", "teardown")
_KNOWN = {"assertion", "capturemanager", "judge", "logging-plugin", "runner", "skipping", "unittest", "warnings"}
"""Who is asked by pytest as it is started here: the names of its own plugins, and ours."""
_MARKS = ("filterwarnings", "skip", "skipif", "xfail")
_FIXTURES = {"caplog", "subtests"}
_STOPPING = (pytest.exit.Exception, KeyboardInterrupt)
_PASSED = ["setup", "call", "teardown"]


@contextmanager
def quiet(session: pytest.Session) -> Iterator[None]:
    """Keep what tests print and log to themselves."""
    capture = session.config.pluginmanager.getplugin("capturemanager")
    silent = logging.NullHandler()
    logging.getLogger().addHandler(silent)
    capture.resume_global_capture()
    try:
        yield
    finally:
        capture.suspend_global_capture(in_=True)
        logging.getLogger().removeHandler(silent)


def all_known(session: pytest.Session) -> bool:
    """Whether nobody else has a say in how a test runs: no plugin of the author's, no `conftest.py`."""
    hooks = [getattr(session.config.hook, f"pytest_runtest_{phase}") for phase in _ASKED]
    return {hook.plugin_name for caller in hooks for hook in caller.get_hookimpls()} <= _KNOWN


def run(item: pytest.Item, nextitem: pytest.Item | None, *, directly: bool) -> tuple[bool, str]:
    """Run a test; returns whether all its phases passed, and for authors what failed first.

    Args:
        item: the test.
        nextitem: the test after it, whose fixtures are kept.
        directly: nobody else has a say, and prints are kept already.
    """
    if directly and _asks_for_nothing(item):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reports = _failures(item, nextitem)
        passed = not reports
    else:
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
        passed = [one.when for one in reports if one.passed and not hasattr(one, "wasxfail")] == _PASSED
    detail = next((str(one.longrepr)[-2000:] for one in reports if not one.passed), "expected to fail")
    return passed, "" if passed else detail


def _asks_for_nothing(item: pytest.Item) -> bool:
    return (
        type(item) is pytest.Function
        and _FIXTURES.isdisjoint(item.fixturenames)
        and not any(mark.name in _MARKS for mark in item.iter_markers())
    )


def _failures(item: pytest.Function, nextitem: pytest.Item | None) -> list[pytest.TestReport]:
    """Return the reports of the phases that did not pass."""
    state = item.session._setupstate  # noqa: SLF001 - as pytest's runner does
    if not item._request:  # noqa: SLF001
        item._initrequest()  # noqa: SLF001
    try:
        failed = _phase(item, "setup", partial(state.setup, item)) or _phase(item, "call", item.runtest)
        after = None if item.session.shouldfail or item.session.shouldstop else nextitem
        return failed + _phase(item, "teardown", partial(state.teardown_exact, after))
    finally:
        item._request = False  # type: ignore[assignment]  # noqa: SLF001
        item.funcargs = None  # type: ignore[assignment]


def _phase(
    item: pytest.Item, when: Literal["setup", "call", "teardown"], work: Callable[[], Any]
) -> list[pytest.TestReport]:
    call = pytest.CallInfo.from_call(work, when, reraise=_STOPPING)
    return [] if call.excinfo is None else [item.ihook.pytest_runtest_makereport(item=item, call=call)]
