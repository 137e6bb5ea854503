"""One cell: a container with a prepared process, that a box is opened in, and another after it.

Theory of operation. The container is denied what every container of ours is (`grader.sandbox.container`) but for two
things that its prepared process needs to make rooms for boxes: the system calls that make name spaces and mounts (which
a box is refused again, by a list of its own), and a /proc of which nothing is covered (each box has one of its own,
with everything covered). It has no writable place at all. One box at a time: so the figures of its control group, less
what they were before, are the box's. When a box has ended in the ordinary way, the cell is looked at from outside; a
cell that is not as it was when it had just been made ready is thrown away, and so is one in which anything went wrong.
"""

from __future__ import annotations

import base64
import json
import os
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from grader.errors import EngineError
from grader.sandbox.cells.cell_box import CellBox
from grader.sandbox.cells.control import PLACE, CellBroke, Control, Door, Leash
from grader.sandbox.cells.state import State, look, settled
from grader.sandbox.container import INODES, MASKED, MEGABYTE, READ_ONLY, USER, writable
from grader.sandbox.docker import Configuration, DockerSandbox
from grader.sandbox.docker_box import DockerBox
from grader.sandbox.interface import BoxSpec, Measured
from grader.sandbox.places import Places

ZYGOTE = "from grader_runner.zygote import main; main()"
"""What a cell's container runs, as the child of process 1."""
LIFE_SECONDS = 6 * 3600
READY_SECONDS = 400.0
BOX_SECONDS = 20.0
"""What making ready, and opening a box, may take on a very busy machine."""
OWN_PROCESSES = 2
"""Process 1 of the container and the prepared process."""
FILTERS = {"learner": "cell", "web": "cell-web"}
"""What a cell's container may do, by what its boxes may: theirs is set on top of it, so it allows no less."""
_NOTHING = "ro,nosuid,nodev,noexec,size=4k,nr_inodes=2,mode=0555"
_COVERED = ("/sys", "/dev/mqueue", *(path for path in MASKED if path.startswith("/proc/")))


class Cell:
    """See the module.

    Args:
        container: in which it is.
        control: of its prepared process.
        zygote: the host's number of that process.
        before: how it is when nobody is in it.

    Attributes:
        uses: how many boxes it has had.
        made_at: when, by the steady clock.
        amiss: why it may have no other box, or empty.
        thrown_away: it is being ended.
    """

    def __init__(self, container: DockerBox, control: Control, zygote: int, before: State) -> None:
        self._container = container
        self._control = control
        self._zygote = zygote
        self._group = container.group
        self._before = before
        self.uses = 0
        self.made_at = time.monotonic()
        self.amiss = ""
        self.thrown_away = False
        self._gone = False

    @property
    def identity(self) -> str:
        """The engine's name of its container."""
        return self._container.identity

    @property
    def fit(self) -> bool:
        """Whether it is there, and may have another box."""
        return not self.amiss and not self._control.over() and not self._container.lost()

    def open(self, spec: BoxSpec, when_ended: Callable[[], None]) -> CellBox:
        """Open a box in it.

        Args:
            spec: what to open.
            when_ended: called when the box has ended.

        Raises:
            CellBroke: it cannot.
        """
        self.uses += 1
        leash = Leash()
        (reads, given), (said, says), (printed, prints) = (os.pipe() for _ in range(3))
        theirs, ours = (reads, says, prints), (given, said, printed)
        for one in theirs:  # as in a container of its own, where a box's streams belong to its user
            os.fchown(one, *map(int, USER.split(":")))
        try:
            self._group.forget_peak()
            start = replace(self._group.measure(Measured()), peak_memory_kb=self._before.held_kb)
            self._control.ask(
                b"O",
                spec.program.encode(),
                number=spec.deadline_seconds,
                descriptors=[*theirs, leash.theirs.fileno()],
                seconds=BOX_SECONDS,
            )
            leash.theirs.close()
            pid = leash.born(BOX_SECONDS)
        except CellBroke as broke:
            self.amiss = str(broke)
            leash.close()
            for one in ours:
                os.close(one)
            raise
        finally:
            leash.theirs.close()
            for one in theirs:
                os.close(one)
        return CellBox(
            self,
            streams=ours,
            leash=leash,
            places=Places(pid, INODES),
            start=start,
            when_ended=when_ended,
        )

    def measure(self, last: Measured, full: str = "") -> Measured:
        """Return what all in it have used, or `last` where it cannot be known any more, and which place is full."""
        return self._group.measure(last, full)

    def stirred(self) -> bool:
        """Whether something in it may have been denied."""
        return self._group.stirred()

    def processes(self) -> list[int]:
        """Return the host's numbers of the box's processes."""
        return [number for number in self._group.processes() if number not in self._before.processes]

    def pause(self) -> None:
        """Stop all in it, the prepared process too: while a box is in it, that has nothing else to do."""
        self._container.pause()

    def resume(self) -> None:
        """Let all in it go on."""
        self._container.resume()

    def lost(self, seconds: float) -> bool:
        """Whether it has gone by itself, so that a box's end says nothing of what ran in it."""
        return self._gone or self._container.lost() or self._control.over(seconds)

    def end_box(self, patience: float) -> int | None:
        """End the box that is in it; its exit code if it had ended by itself, or did within so many seconds."""
        try:
            code = self._control.ask(b"E", number=patience, seconds=BOX_SECONDS)["code"]
        except CellBroke as broke:
            self.amiss, self._gone = str(broke), True
            return None
        return code if type(code) is int else None

    def look_after(self) -> None:
        """See whether it is as it was, now that a box has ended in the ordinary way."""
        self.amiss = self.amiss or settled(self._group, self._zygote, self._before)

    def throw_away(self) -> None:
        """End it, and all that may be in it."""
        self.amiss = self.amiss or "thrown away"
        self._control.close()
        self._container.end()


def start(sandbox: DockerSandbox, spec: BoxSpec) -> Cell:
    """Start a cell for boxes like `spec`, and make it ready.

    Raises:
        CellBroke: the kernel or the engine does not allow it, or it cannot be seen from here.
        EngineError: the engine does not answer.
    """
    door = Door()
    try:
        container = sandbox.start(
            replace(spec, prepare="", bundle=b"", filter=FILTERS[spec.filter], deadline_seconds=LIFE_SECONDS),
            lambda asked: _change(asked, spec, str(door.folder)),
        )
        try:
            return _made_ready(sandbox, container, door, spec)
        except (OSError, EngineError) as error:
            container.end()
            raise CellBroke(f"a cell cannot be had here: {error}") from error
    finally:
        door.close()


def _made_ready(sandbox: DockerSandbox, container: DockerBox, door: Door, spec: BoxSpec) -> Cell:
    container.run(ZYGOTE)
    control = door.opened(BOX_SECONDS)
    door.close()
    try:
        _make_ready(sandbox, control, spec)
        return _looked_at(sandbox, container, control, spec)
    except BaseException:
        control.close()
        raise


def _looked_at(sandbox: DockerSandbox, container: DockerBox, control: Control, spec: BoxSpec) -> Cell:
    zygote = control.peer
    before = look(container.group, zygote)
    if set(before.processes) != {container.pid, zygote}:
        raise CellBroke(f"it holds other processes than its own: {before.processes}")
    sandbox.give_memory(container.identity, before.held_kb * 1024 + spec.limits.memory_mb * MEGABYTE)
    return Cell(container, control, zygote, before)


def _make_ready(sandbox: DockerSandbox, control: Control, spec: BoxSpec) -> None:
    user = int(USER.partition(":")[0])
    order = {
        "source": spec.prepare,
        "filter": base64.b64encode(sandbox.profile(f"{spec.filter}.{os.uname().machine}.bpf")).decode(),
        "loopback": spec.filter == "web",
        "user": user,
        "writable": _places(spec, user),
        "read_only": READ_ONLY,
        "covered": _COVERED,
    }
    control.ask(b"R", json.dumps(order).encode(), after=spec.bundle, seconds=READY_SECONDS)


def _places(spec: BoxSpec, user: int) -> dict[str, str]:
    sizes = {place: f"size={size}m,nr_inodes={INODES[place]}" for place, size in writable(spec).items()}
    return {
        "/work": f"exec,{sizes['/work']},mode=0700,uid={user},gid={user}",
        "/tmp": f"{sizes['/tmp']},mode=1777",
        "/dev/shm": f"{sizes['/dev/shm']},mode=1777",
    }


def _change(asked: Configuration, spec: BoxSpec, door: str) -> None:
    host: dict[str, Any] = asked["HostConfig"]
    room = 1024 * MEGABYTE  # for what is made ready; what a box may have is set when that is known
    host |= {
        "Binds": [f"{door}:{PLACE}:ro"],
        "MaskedPaths": [],
        "ReadonlyPaths": [],
        "Tmpfs": {"/work": _NOTHING, "/tmp": _NOTHING, "/dev/shm": _NOTHING},
        "Memory": spec.limits.memory_mb * MEGABYTE + room,
        "MemorySwap": spec.limits.memory_mb * MEGABYTE + room,
        "PidsLimit": spec.limits.processes + OWN_PROCESSES,
        "OomScoreAdj": 500,  # a box has 1000, so that it goes first
    }
