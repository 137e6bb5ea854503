"""Collects named files and plain test functions without asking those who have nothing to say of them.

To collect a file, pytest goes through its folders and asks all plugins of each thing that lies there; a file that is
named whole is there, or it is not. To collect a test, it makes a definition of it, works out its fixtures and asks all
plugins whether it stands for more than one test, which takes longer than a short test runs. A function that takes
fixtures by name, and has no marks but ours, stands for itself; its fixtures are those of any other of its file that
takes the same. Whatever is more than that, is collected by pytest.
"""

from __future__ import annotations

from dataclasses import replace
from inspect import CO_ASYNC_GENERATOR, CO_COROUTINE, CO_GENERATOR, CO_ITERABLE_COROUTINE, CO_VARARGS, CO_VARKEYWORDS
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

OUR_MARKS = frozenset({"hint", "points"})
_NOT_PLAIN = CO_VARARGS | CO_VARKEYWORDS | CO_GENERATOR | CO_COROUTINE | CO_ITERABLE_COROUTINE | CO_ASYNC_GENERATOR
_ASKED = ("pytest_pycollect_makeitem", "pytest_generate_tests")
_KNOWN = {"funcmanage", "python", "unittest"}
"""Who is asked by pytest as it is started here, by name."""


class Collecting:
    """What is known of the files that are collected.

    Args:
        asking: the plugin that asks, which has nothing else to say.
    """

    def __init__(self, asking: object) -> None:
        self._asking = asking
        self._nobody_else_asked: dict[pytest.Module, bool] = {}
        self._fixtures: dict[tuple[pytest.Module, tuple[str, ...]], Any] = {}

    def files(self, session: pytest.Session) -> bool | None:
        """Collect the files that a session is given; None leaves it to pytest: single tests, folders, `conftest.py`."""
        config = session.config
        paths = [Path(given) for given in dict.fromkeys(config.args)]  # who is named twice is asked once, as by pytest
        if not config.option.noconftest or any("::" in path.name or path.parent != session.path for path in paths):
            return None
        session.items = []
        try:
            folder = pytest.Dir.from_parent(session, path=session.path)
            for path in paths:
                session.items += session.genitems(pytest.Module.from_parent(folder, path=path))
            config.hook.pytest_collection_modifyitems(session=session, config=config, items=session.items)
        finally:
            config.hook.pytest_collection_finish(session=session)
        session.testscollected = len(session.items)
        return True

    def function(self, collector: object, name: str, thing: object) -> pytest.Function | None:
        """Return the item of a plain test function, or None for whatever is to be collected by pytest."""
        if type(thing) is not FunctionType or type(collector) is not pytest.Module:
            return None
        names = _taken(thing)
        if names is None or not collector.funcnamefilter(name) or not self._nobody_else_has_a_say(collector):
            return None
        known = self._fixtures.get((collector, names))
        if known is not None:
            info = replace(known, names_closure=[*known.names_closure])
            return pytest.Function.from_parent(collector, name=name, fixtureinfo=info)
        item = pytest.Function.from_parent(collector, name=name)
        info = item._fixtureinfo  # noqa: SLF001 - what pytest itself hands on from a definition to its items
        if any(fixture.params is not None for ones in info.name2fixturedefs.values() for fixture in ones):
            return None
        self._fixtures[collector, names] = replace(info, names_closure=[*info.names_closure])
        return item

    def _nobody_else_has_a_say(self, collector: pytest.Module) -> bool:
        if collector not in self._nobody_else_asked:
            self._nobody_else_asked[collector] = self._nobody_else_is_asked(collector)
        return self._nobody_else_asked[collector]

    def _nobody_else_is_asked(self, collector: pytest.Module) -> bool:
        asked = [hook for name in _ASKED for hook in getattr(collector.config.hook, name).get_hookimpls()]
        return (
            all(hook.plugin is self._asking or hook.plugin_name in _KNOWN for hook in asked)
            and not hasattr(collector.obj, "pytest_generate_tests")
            and next(iter(collector.iter_markers()), None) is None
        )


def _taken(function: FunctionType) -> tuple[str, ...] | None:
    """Return the names of the fixtures that a plain function takes, or None where it is not plain."""
    code = function.__code__
    marks = function.__dict__.get("pytestmark", [])
    if (
        not function.__dict__.keys() <= {"pytestmark"}
        or type(marks) is not list
        or not all(mark.name in OUR_MARKS for mark in marks)
        or function.__defaults__
        or code.co_kwonlyargcount
        or code.co_posonlyargcount
        or code.co_flags & _NOT_PLAIN
    ):
        return None
    return code.co_varnames[: code.co_argcount]
