"""Setup, call and teardown of one test: pytest's protocol, without asking those who have nothing to say.

For each phase of each test pytest asks all plugins in turn, and most of a short test's time is theirs. Where each of
them is known, and the test asks for none of what they give, the phases are gone through directly: the same fixtures,
the same order, the same report of what failed. What tests print, warn of and log is kept from the error stream all the
same.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any, Literal

import pytest
from _pytest.runner import runtestprotocol
from _pytest.tmpdir import tmppath_result_key

_ASKED = ("protocol", "setup", "call", "teardown")
_KNOWN = {"assertion", "capturemanager", "logging-plugin", "runner", "skipping", "unittest", "warnings"}
"""Who is asked by pytest as it is started here, by name."""
_MARKS = {"filterwarnings", "skip", "skipif", "xfail"}
_FIXTURES = {"caplog", "request", "subtests"}
"""What is only there when all are asked; whoever holds `request` may ask for any other."""
_STOPPING = (pytest.exit.Exception, KeyboardInterrupt)
_PASSED = ["setup", "call", "teardown"]
_SILENT = logging.NullHandler()


def all_known(session: pytest.Session, ours: object) -> bool:
    """Whether only pytest's and `ours` have a say in how a test runs: no plugin of the author's, no `conftest.py`."""
    hooks = [getattr(session.config.hook, f"pytest_runtest_{phase}") for phase in _ASKED]
    asked = [hook for caller in hooks for hook in caller.get_hookimpls()]
    return all(hook.plugin is ours or hook.plugin_name in _KNOWN for hook in asked)


def asks_for_nothing(item: pytest.Item) -> bool:
    """Whether a test is a plain function that wants nothing of those who are asked."""
    return (
        type(item) is pytest.Function
        and _FIXTURES.isdisjoint(item.fixturenames)
        and _MARKS.isdisjoint(mark.name for mark in item.iter_markers())
    )


def asking_all(item: pytest.Item, nextitem: pytest.Item | None) -> tuple[bool, str]:
    """Run a test, each phase through all plugins; returns whether all passed, and for authors what failed first."""
    reports = runtestprotocol(item, log=False, nextitem=nextitem)
    passed = [report.when for report in reports if report.passed and not hasattr(report, "wasxfail")] == _PASSED
    return passed, "" if passed else _detail(reports)


def directly(item: pytest.Item, nextitem: pytest.Item | None) -> tuple[bool, str]:
    """Run a test that asks for nothing; returns the same."""
    capture = item.config.pluginmanager.getplugin("capturemanager")
    logging.getLogger().addHandler(_SILENT)
    capture.resume_global_capture()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reports = _failures(item, nextitem)
    finally:
        capture.suspend_global_capture(in_=False)
        capture.read_global_capture()
        logging.getLogger().removeHandler(_SILENT)
    return not reports, _detail(reports) if reports else ""


def _detail(reports: list[pytest.TestReport]) -> str:
    return next((str(report.longrepr)[-2000:] for report in reports if not report.passed), "expected to fail")


def _failures(item: Any, nextitem: pytest.Item | None) -> list[pytest.TestReport]:
    """Return the reports of the phases that did not pass."""
    state = item.session._setupstate  # noqa: SLF001 - as pytest's runner does
    item.stash[tmppath_result_key] = {}
    try:
        failed = _phase(item, "setup", partial(state.setup, item)) or _phase(item, "call", item.runtest)
        after = None if item.session.shouldfail or item.session.shouldstop else nextitem
        return failed + _phase(item, "teardown", partial(state.teardown_exact, after))
    finally:
        item._request = False  # noqa: SLF001 - as pytest's runner does
        item.funcargs = None


def _phase(
    item: pytest.Item, when: Literal["setup", "call", "teardown"], work: Callable[[], Any]
) -> list[pytest.TestReport]:
    call = pytest.CallInfo.from_call(work, when, reraise=_STOPPING)
    return [] if call.excinfo is None else [item.ihook.pytest_runtest_makereport(item=item, call=call)]
