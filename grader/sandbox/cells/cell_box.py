"""One box in a cell: its streams, its figures, its end."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Protocol

from grader.sandbox.cells.control import Leash
from grader.sandbox.exchange import Exchanging
from grader.sandbox.interface import Exit, Measured, since
from grader.sandbox.places import Places
from grader.sandbox.streams import Streams
from grader.sandbox.waiting import is_readable

LAST_MOMENT = 0.5
"""Seconds between the end of a box's streams and its own, at most; else it goes on without them."""


class Lodging(Protocol):
    """What a box needs of its cell."""

    amiss: str

    def measure(self, last: Measured, full: str = "") -> Measured:
        """Return what all in it have used, and which place is full."""

    def stirred(self) -> bool:
        """Whether something may have been denied."""

    def processes(self) -> list[int]:
        """Return the host's numbers of the box's processes."""

    def pause(self) -> None:
        """Stop all in the cell."""

    def resume(self) -> None:
        """Let all in the cell go on."""

    def lost(self, seconds: float) -> bool:
        """Whether the cell has gone by itself."""

    def end_box(self, patience: float) -> int | None:
        """End the box; its exit code if it ended by itself."""

    def look_after(self) -> None:
        """See whether the cell is as it was."""


class CellBox(Exchanging):
    """An open box in a cell. See `grader.sandbox.interface.Box`.

    Args:
        cell: in which it is.
        streams: our ends of its input, output and errors, which become the box's to close.
        leash: while it is open, the box may live.
        places: its writable places.
        start: the cell's figures before it.
        when_ended: called when it has ended.
    """

    def __init__(
        self,
        cell: Lodging,
        *,
        streams: tuple[int, int, int],
        leash: Leash,
        places: Places,
        start: Measured,
        when_ended: Callable[[], None],
    ) -> None:
        self._cell = cell
        self._descriptors = streams
        given, said, printed = streams
        self._streams = Streams(frames=said, errors=printed, input=given)
        self._exchange = self._streams.exchange
        self._leash = leash
        self._places = places
        self._start = start
        self._last = start
        self._when_ended = when_ended
        self._was_lost: bool | None = None

    def untouched(self) -> bool:
        """Whether it is there, has said nothing and was denied nothing: what is asked of one that waited."""
        measured = self.measure()
        return not (is_readable(self, 0.0) or measured.oom_kills or measured.refused_forks)

    def lost(self, seconds: float = 0.0) -> bool:
        """Whether its cell has gone by itself; once the box has been ended, whether it had by then."""
        if self._was_lost is None:
            return not self.measure().oom_kills and self._cell.lost(seconds)
        return self._was_lost

    def fileno(self) -> int:
        """Return the descriptor to select on."""
        return self._streams.fileno()

    def receive(self) -> list[bytes]:
        """Return the payloads that have come."""
        return self._streams.receive()

    def send(self, payload: bytes) -> None:
        """Queue a payload."""
        self._streams.send(payload)

    def flush(self) -> None:
        """Send what can be sent."""
        self._streams.flush()

    def measure(self) -> Measured:
        """Return what it has used so far."""
        self._last = self._cell.measure(self._last, self._places.full())
        return since(self._start, self._last)

    def stirred(self) -> bool:
        """Whether it may have been denied something."""
        return self._cell.stirred() or bool(self._places.full())

    def processes(self) -> list[int]:
        """Return the host's numbers of its processes."""
        return self._cell.processes()

    def pause(self) -> None:
        """Stop all its processes."""
        self._cell.pause()

    def resume(self) -> None:
        """Let them go on."""
        self._cell.resume()

    def end(self, *, done: bool = False) -> Exit:
        """Close, kill, and see whether the cell is as it was."""
        full = self.measure().full
        self._cell.resume()
        code = self._cell.end_box(LAST_MOMENT if self.closed else 0.0)
        last = self.measure()
        self._was_lost = self.lost()
        self.let_go()
        if not done or code is not None or last.oom_kills or last.refused_forks or full:
            self._cell.amiss = self._cell.amiss or "a box did not end in the ordinary way"
        else:
            self._cell.look_after()
        self._when_ended()
        return Exit(code=code, oom=last.oom_kills > 0)

    def let_go(self) -> None:
        """Close what is ours of it."""
        self._streams.close()
        for one in self._descriptors:
            os.close(one)
        self._leash.close()
        self._places.close()
