"""What every back end gives: boxes, each a stream of frames to a process that is not ours.

A box is opened, spoken to without blocking, measured from outside and ended. What it says about itself is never asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from grader.model import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxSpec:
    """What to open.

    Attributes:
        family: image family.
        command: what runs in it.
        limits: memory, processes and disk are enforced by the back end, the others by whoever watches.
        deadline_seconds: the box ends by itself after this long, whatever becomes of us.
        role: `learner` or `proctor`, for labels.
    """

    family: str
    command: tuple[str, ...]
    limits: Limits
    deadline_seconds: int
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a box has used so far, seen from outside.

    Attributes:
        cpu_seconds: all its processes together.
        peak_memory_kb: the most at once, temporary files included.
        oom_kills: how many of its processes the kernel ended for want of memory.
    """

    cpu_seconds: float = 0.0
    peak_memory_kb: int = 0
    oom_kills: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """How a box's first process ended.

    Attributes:
        code: exit code, 128 + n for signal n, or None when it had to be ended.
        oom: the kernel ended one of its processes for want of memory.
    """

    code: int | None
    oom: bool


class Box(Protocol):
    """An open box."""

    printed: bytearray
    """The tail of its error stream."""
    printed_bytes: int
    """All that it printed."""
    closed: bool
    """Its stream has ended (the process may go on)."""

    def fileno(self) -> int:
        """Return the descriptor to select on."""

    def receive(self) -> list[bytes]:
        """Return the payloads that have come, without blocking.

        Raises:
            grader.wire.FrameTooLong: the box announced a frame over the cap.
        """

    def send(self, payload: bytes) -> None:
        """Queue a payload and send what can be sent without blocking."""

    def flush(self) -> None:
        """Send more of what is queued, without blocking."""

    @property
    def sending(self) -> bool:
        """Whether something is queued."""

    def measure(self) -> Measured:
        """Return what it has used so far."""

    def end(self) -> Exit:
        """Close the stream, kill every process and remove all traces."""


class Sandbox(Protocol):
    """A back end."""

    @property
    def name(self) -> str:
        """Name and version, for the report's circumstances."""

    def recipe(self, family: str) -> str:
        """Return the recipe digest of a family's image.

        Raises:
            EngineError: it is not there, or not what the sources describe.
        """

    def image_id(self, family: str) -> str:
        """Return the local id of a family's image."""

    def open(self, spec: BoxSpec) -> Box:
        """Open a box.

        Raises:
            EngineError: the back end cannot.
        """
