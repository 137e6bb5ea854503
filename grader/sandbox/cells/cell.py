"""One cell: a container with a prepared process, that a box is opened in, and another after it.

Theory of operation. What it is made of is in `making`. One box at a time: so the figures of its control group, less
what they were before, are the box's. When a box has ended in the ordinary way, the cell is looked at from outside; a
cell that is not as it was when it had just been made ready is thrown away, and so is one in which anything went wrong.

What a box begins with is the same for whoever comes, so the next one is opened when the last has ended and the cell has
been looked at. It waits for its first word; if it is not as it was opened, or has waited long, it is ended, the cell
looked at once more, and another is opened.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace

from grader.sandbox.cells.cell_box import CellBox
from grader.sandbox.cells.control import CellBroke, Control, Leash
from grader.sandbox.cells.state import State, settled
from grader.sandbox.container import INODES, USER
from grader.sandbox.docker_box import DockerBox
from grader.sandbox.interface import BoxSpec, Measured
from grader.sandbox.places import Places

BOX_SECONDS = 20.0
"""What opening a box may take on a very busy machine."""
WAITED_SHARE = 6
"""A box lives for so long and no longer; one that has waited for a sixth of that is not used any more."""


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
        self._ahead: tuple[str, float, CellBox] | None = None

    @property
    def identity(self) -> str:
        """The engine's name of its container."""
        return self._container.identity

    @property
    def fit(self) -> bool:
        """Whether it is there, and may have another box."""
        return not self.amiss and not self._control.over() and not self._container.lost()

    def open(self, spec: BoxSpec, when_ended: Callable[[], None]) -> CellBox:
        """Open a box in it, or return the one that was opened ahead.

        Args:
            spec: what to open.
            when_ended: called when the box has ended.

        Raises:
            CellBroke: it cannot.
        """
        ahead, self._ahead = self._ahead, None
        if ahead is None:
            return self._open(spec, when_ended)
        program, until, box = ahead
        if program == spec.program and time.monotonic() < until and box.untouched():
            return box
        self._drop(box)
        return self._open(spec, when_ended)

    def open_ahead(self, spec: BoxSpec, when_ended: Callable[[], None]) -> None:
        """Open the next box, which is likely to be as the last one was.

        Raises:
            CellBroke: it cannot.
        """
        until = time.monotonic() + spec.deadline_seconds / WAITED_SHARE
        try:
            self._ahead = spec.program, until, self._open(spec, when_ended)
        except OSError as error:
            self.amiss = f"the next box cannot be opened: {error}"
            raise CellBroke(self.amiss) from error

    def _drop(self, box: CellBox) -> None:
        """End a box that nobody was in.

        Raises:
            CellBroke: the cell is not as it was.
        """
        ended = self.end_box(0.0)
        box.let_go()
        if ended is not None:
            self.amiss = self.amiss or "a box that waited ended by itself"
        self.look_after()
        if self.amiss:
            raise CellBroke(self.amiss)

    def _open(self, spec: BoxSpec, when_ended: Callable[[], None]) -> CellBox:
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
        if self._ahead is not None:
            self._ahead[-1].let_go()
            self._ahead = None
        self._control.close()
        self._container.end()
