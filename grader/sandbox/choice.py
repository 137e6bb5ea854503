"""Which back end this installation uses: the one that is asked for, or the best there is.

Docker where an engine answers, else the embedded sandbox where bubblewrap is installed; never none. There is no switch
that turns the wall off.
"""

from __future__ import annotations

import os
import shutil

from grader.errors import EngineError
from grader.sandbox import cgroup
from grader.sandbox.ahead import AheadOfTime
from grader.sandbox.cells.pool import CellPool
from grader.sandbox.docker import DockerSandbox
from grader.sandbox.embedded import EmbeddedSandbox
from grader.sandbox.interface import Sandbox
from grader.sandbox.probe import hold_to_promises, try_once
from grader.sandbox.promises import missing
from grader.sandbox.tenancies import Tenancies
from grader.settings import cache, resource

CELLS = "cells"
"""The other tenancy of `docker`, tried and tested as a back end of its own."""


def open_sandbox(name: str, *, ahead: int = 0) -> Sandbox:
    """Return a back end that keeps what it must; who opens it closes it.

    Args:
        name: one of `grader.settings.BACK_ENDS`, or empty for the best there is.
        ahead: how many containers of a kind are made before they are needed, where boxes are containers of their own.

    Raises:
        EngineError: it cannot be had here, or does not hold; says why, and what would do.
    """
    sandbox = named(name) if name else _best()
    sandbox.reap()
    hold_to_promises(sandbox, cache())
    if isinstance(sandbox, DockerSandbox) and not sandbox.own_kernel:
        sandbox = Tenancies(AheadOfTime(resource("sandbox"), ahead), _cells(), sandbox.lacks)
    return sandbox


def named(name: str) -> Sandbox:
    """Return a back end, untried.

    Raises:
        EngineError: it cannot be had here.
    """
    if name == "embedded":
        return EmbeddedSandbox(resource("sandbox"))
    if name == CELLS:
        return CellPool(resource("sandbox"))
    return DockerSandbox(resource("sandbox"), runtime="runsc" if name == "runsc" else "runc")


def why_no_cells() -> str:
    """Return why boxes cannot be opened in cells here, or nothing.

    A cell keeps every promise, those that may be lacking elsewhere too, or there are none; and it is looked after from
    here, which takes rights and sight that another process of this machine may have.
    """
    if os.geteuid() != 0 or not cgroup.can_be_seen():
        return "only root, and where control groups can be seen, can look after them"
    try:
        cells = named(CELLS)
        try:
            tried = try_once(cells, cache())
        finally:
            cells.close()
    except EngineError as error:
        return str(error)
    return "; ".join(f"{tried[promise].promise.value}: {tried[promise].seen}" for promise in missing(tried))


def _cells() -> CellPool | None:
    return None if why_no_cells() else CellPool(resource("sandbox"))


def _best() -> Sandbox:
    try:
        return named("docker")
    except EngineError:
        if shutil.which("bwrap") is None:
            raise
    return named("embedded")
