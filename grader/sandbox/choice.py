"""Which back end this installation uses: the one that is asked for, or the best there is.

Docker where an engine answers, else the embedded sandbox where bubblewrap is installed; never none. There is no switch
that turns the wall off.
"""

from __future__ import annotations

import shutil

from grader.errors import EngineError
from grader.sandbox.docker import DockerSandbox
from grader.sandbox.embedded import EmbeddedSandbox
from grader.sandbox.interface import Sandbox
from grader.sandbox.probe import hold_to_promises
from grader.settings import cache, resource


def open_sandbox(name: str) -> Sandbox:
    """Return a back end that keeps what it must.

    Args:
        name: one of `grader.settings.BACK_ENDS`, or empty for the best there is.

    Raises:
        EngineError: it cannot be had here, or does not hold; says why, and what would do.
    """
    sandbox = named(name) if name else _best()
    sandbox.reap()
    hold_to_promises(sandbox, cache())
    return sandbox


def named(name: str) -> Sandbox:
    """Return a back end, untried.

    Raises:
        EngineError: it cannot be had here.
    """
    if name == "embedded":
        return EmbeddedSandbox(resource("sandbox"))
    return DockerSandbox(resource("sandbox"), runtime="runsc" if name == "runsc" else "runc")


def _best() -> Sandbox:
    try:
        return named("docker")
    except EngineError:
        if shutil.which("bwrap") is None:
            raise
    return named("embedded")
