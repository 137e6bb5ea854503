"""Boxes without a daemon: bubblewrap, where Docker cannot be had. It accounts for less, and says so.

Theory of operation. A box is a process tree in name spaces of its own (`grader.sandbox.bubblewrap` has the whole
command line). An engine that is root first joins a control group made for the box, then becomes a user of a number of
its own, and only then starts bwrap; an ordinary user starts it as itself, with limits of each process alone. Process 1
is ours and ends the box at its deadline or at the end of its input; bwrap ends it when the engine's thread that opened
it dies, which is at the earliest when all its boxes have been ended. How one is ended: `grader.sandbox.embedded_box`.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
import secrets
import shutil
import subprocess
from pathlib import Path

from grader.errors import EngineError
from grader.model import Tenancy
from grader.sandbox import groups, roots
from grader.sandbox.bubblewrap import FIRST_UID, as_user, command
from grader.sandbox.embedded_box import EmbeddedBox
from grader.sandbox.groups import Group
from grader.sandbox.hands import Hands
from grader.sandbox.interface import Box, BoxSpec
from grader.sandbox.owner import this_process
from grader.sandbox.promises import Promise
from grader.sandbox.ready import make_ready

JOIN = 'for file in $1; do echo $$ > "$file"; done; shift; exec "$@"'
"""Shell that joins control groups, and becomes the rest of the command."""
_NO_INODES = {Promise.INODES: "bubblewrap limits the size of files, not their number"}
_NO_GROUPS = {
    Promise.MEMORY: "each process by itself and loosely: only root can make control groups",
    Promise.PROCESSES: "counted with all of this user's: only root can make control groups",
}


class EmbeddedSandbox:
    """The back end of bubblewrap.

    Args:
        sandbox_dir: the sources that boxes are made from.

    Raises:
        EngineError: bubblewrap is not here.
    """

    own_kernel = False

    def __init__(self, sandbox_dir: Path) -> None:
        if shutil.which("bwrap") is None:
            raise EngineError("bubblewrap is not installed: Debian or Ubuntu, apt-get install bubblewrap")
        said = subprocess.run(["bwrap", "--version"], capture_output=True, text=True, check=False)  # noqa: S607
        self.name = f"embedded (bubblewrap {''.join(re.findall(r'[0-9.]+', said.stdout)) or 'of no version'})"
        self._sandbox_dir = sandbox_dir
        self._owner = this_process()
        self._numbers = itertools.count(1)
        self._found: dict[str, roots.Root] = {}
        self._grouped = os.geteuid() == 0 and groups.can_be_made()
        self._open: dict[int, EmbeddedBox] = {}
        self.hands = Hands()
        self.lacks = {**_NO_INODES, **({} if self._grouped else _NO_GROUPS)}

    def recipe(self, family: str) -> str:
        """Return the recipe digest of a family's root."""
        return self._root(family).recipe

    def image_id(self, family: str) -> str:
        """Return the name of a family's root: there is no image."""
        return self._root(family).folder.name

    def _root(self, family: str) -> roots.Root:
        if family not in self._found:
            self._found[family] = roots.find(family, self._sandbox_dir)
        return self._found[family]

    def open(self, spec: BoxSpec) -> Box:
        """Open a box in name spaces of its own."""
        root, number = self._root(spec.family), next(self._numbers)
        group = Group(self._owner, number) if self._grouped else None
        profile = self._sandbox_dir / "seccomp" / f"{spec.filter}.{os.uname().machine}.bpf"
        try:
            if group is not None:
                group.make(spec.limits)
            box = _start(spec, root, profile, group)
        except OSError as error:
            if group is not None:
                group.remove()
            raise EngineError(f"bubblewrap cannot open a box: {error}") from error
        self._open[number] = box
        box.when_ended = lambda: self._forget(number)
        try:
            make_ready(box, spec.bundle)
        except EngineError:
            box.end()
            raise
        box.run(spec.program)
        return box

    def _forget(self, number: int) -> None:
        self._open.pop(number, None)

    def tenancy(self, wanted: Tenancy) -> Tenancy:  # noqa: ARG002 - there are no cells here
        """Return `single`."""
        return "single"

    def answers(self) -> bool:
        """Whether it is there: it needs nobody else."""
        return True

    def close(self) -> None:
        """Keep nothing ready."""

    def leftovers(self) -> list[str]:
        """Return the boxes that have not been ended."""
        self.hands.settle()
        return [f"box {number}" for number in self._open]

    def reap(self) -> list[str]:
        """Remove the control groups of dead engines; their processes have ended by themselves, or end now."""
        dead = groups.of_the_dead() if self._grouped else []
        for group in dead:
            group.kill()
            group.remove()
        return [str(group) for group in dead]


def _start(spec: BoxSpec, root: roots.Root, profile: Path, group: Group | None) -> EmbeddedBox:
    """Start bwrap, and wait until it says which process is process 1.

    Raises:
        EngineError: it says no such thing, but why.
    """
    told, telling = os.pipe()
    with profile.open("rb") as filter_file, os.fdopen(told, "rb") as info:
        parts = command(
            spec,
            root.folder,
            extra=root.extra,
            filter_fd=filter_file.fileno(),
            info_fd=telling,
            nproc=None if group is not None else _processes_of_user() + spec.limits.processes,
        )
        if os.geteuid() == 0:
            parts = [*as_user(FIRST_UID + secrets.randbelow(2**24)), *parts]
        if group is not None:
            parts = ["sh", "-c", JOIN, "join", " ".join(group.joining), *parts]
        process = subprocess.Popen(  # noqa: S603 - our own command line
            parts,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=(filter_file.fileno(), telling),
            start_new_session=True,
            cwd="/",
        )
        os.close(telling)
        text = info.read()
    try:
        first = int(json.loads(text)["child-pid"])
    except (ValueError, KeyError) as error:
        process.kill()
        _, said = process.communicate()
        if group is not None:
            group.remove()
        raise EngineError(
            f"bubblewrap cannot open a box here: {said.decode(errors='replace').strip()[-500:] or 'it said nothing'} "
            "(see `grader doctor`)"
        ) from error
    return EmbeddedBox(process, first, group)


def _processes_of_user() -> int:
    """Return how many processes and threads this user has now."""
    mine = os.getuid()
    count = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            count += len(list((folder / "task").iterdir())) if folder.stat().st_uid == mine else 0
    return count
