"""Pytest's own start, made before there is a submission.

Options, plugins and the books of a session know nothing of any test, and cost more than a dozen tests do. So they are
made ahead, one for each check, where a sitting is a fork; a sitting then gives one of them its folder and its files,
and goes on as `pytest.main` does. A pack with a `conftest.py`, which may have a say in all of that, and whoever finds
none made ahead, begins at the beginning.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Generic, TypeVar

import pytest
from _pytest.config import _prepareconfig
from _pytest.main import Session, _bestrelpath_cache, _main

_UNUSED = (
    "cacheprovider doctest faulthandler junitxml legacypath pastebin setuponly setupplan stepwise terminal "
    "threadexception unraisableexception"
).split()
"""Plugins that write or draw, and give an author nothing to ask for; some look through all memory at the end."""
_OPTIONS = (
    *(f"-pno:{plugin}" for plugin in _UNUSED),
    "-c", os.devnull,
    "--import-mode=importlib",
    "--strict-markers",
    "--capture=sys",
    "--assert=plain",  # a learner chooses what a diff would be made of
)  # fmt: skip
_SAY_MORE = {"conftest.py", "__init__.py"}
"""Files that pytest reads beside those it is given."""

Plugins = TypeVar("Plugins", bound=tuple[object, ...])


class Opening(Generic[Plugins]):
    """A session that is about to be run.

    Args:
        plugins: ours; they are told of the sitting before it runs.
        session: pytest's, made ahead, or None.

    Attributes:
        plugins: the same.
    """

    def __init__(self, plugins: Plugins, session: Session | None = None) -> None:
        self.plugins = plugins
        self._session = session

    @classmethod
    def ahead(cls, plugins: Plugins) -> Opening[Plugins]:
        """Make what a session begins with."""
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        config = _prepareconfig([*_OPTIONS, "--noconftest"], plugins)
        session = Session.from_config(config)
        config._do_configure()  # noqa: SLF001 - as pytest.main does
        config.hook.pytest_sessionstart(session=session)
        return cls(plugins, session)

    def run(self, root: Path, files: list[str]) -> int:
        """Run the session over test files, or tests, below `root`; returns what `pytest.main` would."""
        paths = [str(root / name) for name in files]
        if self._session is None or _others_have_a_say(root.parent):
            os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
            return int(pytest.main([*_OPTIONS, f"--rootdir={root}", *paths], plugins=self.plugins))
        session, config = self._session, self._session.config
        config._rootpath = session.path = root  # noqa: SLF001 - what could not be known ahead
        session._bestrelpathcache = _bestrelpath_cache(root)  # noqa: SLF001
        config.pluginmanager._confcutdir = root  # noqa: SLF001 - or the folders above are gone through as well
        config.args = paths
        return _finished(session)


def _others_have_a_say(folder: Path) -> bool:
    """Whether pytest would read more than it is given. Walked: a pattern would be compiled anew in every fork."""
    return any(_SAY_MORE.intersection(names) for _folder, _folders, names in os.walk(folder))


def _finished(session: Session) -> int:
    """Do the work of a session and finish it, as `pytest.main` does; returns its exit code."""
    config = session.config
    try:
        code = _main(config, session) or pytest.ExitCode.OK
    except pytest.UsageError:
        code = pytest.ExitCode.USAGE_ERROR
    except Session.Failed:
        code = pytest.ExitCode.TESTS_FAILED
    except (KeyboardInterrupt, pytest.exit.Exception) as stopped:
        returned = getattr(stopped, "returncode", None)
        code = pytest.ExitCode.INTERRUPTED if returned is None else returned
    except BaseException:  # noqa: BLE001 - an author's code raises what it likes
        config.notify_exception(pytest.ExceptionInfo.from_current())
        code = pytest.ExitCode.INTERNAL_ERROR
    session.exitstatus = code
    config.hook.pytest_sessionfinish(session=session, exitstatus=code)
    config._ensure_unconfigure()  # noqa: SLF001 - as pytest.main does
    return int(code)
