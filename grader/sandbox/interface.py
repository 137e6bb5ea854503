"""What every back end gives: boxes, each a stream of frames to a process that is not ours.

A box is opened, spoken to without blocking, measured from outside and ended. What it says about itself is never asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from grader.model import Limits
from grader.sandbox.promises import Promise

_FIRST = "import sys; sys.path.insert(0, '/opt/grader'); from grader_runner.first import main; main()"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxSpec:
    """What to open.

    Attributes:
        family: image family.
        program: Python source that runs in it, as the child of process 1.
        limits: memory, processes and disk are enforced by the back end, the others by whoever watches.
        deadline_seconds: the box ends by itself after this long, whatever becomes of us.
        role: `learner` or `proctor`, for labels.
        filter: which system calls it may make, a profile of `sandbox/seccomp/`: `learner`, or `web` with sockets.
        prepare: Python source of ours that runs once before `program`, in the same names; imports only.
        bundle: bytes that `prepare` finds under the name BUNDLE.
        party: whose box it is; specs of different parties never share what is prepared.
    """

    family: str
    program: str
    limits: Limits
    deadline_seconds: int
    role: str
    filter: str = "learner"
    prepare: str = ""
    bundle: bytes = b""
    party: str = ""

    @property
    def command(self) -> tuple[str, ...]:
        """Process 1 and its arguments: ours (`sandbox/runner/first.py`), which runs the program in a child.

        Not `-I`, which would ignore PYTHONHASHSEED too; the environment is ours alone.
        """
        return ("/opt/venv/bin/python", "-s", "-P", "-B", "-c", _FIRST, str(self.deadline_seconds), self.program)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a box has used so far, seen from outside; 0 or "" where a back end cannot see it.

    Attributes:
        cpu_seconds: all its processes together.
        peak_memory_kb: the most at once, temporary files included.
        oom_kills: how many of its processes the kernel ended for want of memory.
        refused_forks: how often it was refused another process or thread.
        full: `disk` or `inodes`, when one of its file systems has none left.
    """

    cpu_seconds: float = 0.0
    peak_memory_kb: int = 0
    oom_kills: int = 0
    refused_forks: int = 0
    full: str = ""


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

    @property
    def printed(self) -> bytearray:
        """The tail of its error stream."""

    @property
    def printed_bytes(self) -> int:
        """All that it printed."""

    @property
    def closed(self) -> bool:
        """Whether its stream has ended (the process may go on)."""

    def lost(self, seconds: float = 0.0) -> bool:
        """Whether the back end has ended, so that the box's end says nothing of what ran in it.

        Args:
            seconds: to wait for it to be seen.
        """

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

    def processes(self) -> list[int]:
        """Return the host's numbers of its processes, where they can be seen."""

    def end(self) -> Exit:
        """Close the stream, kill every process and remove all traces.

        Raises:
            EngineError: the back end does not answer.
        """


class Sandbox(Protocol):
    """A back end."""

    lacks: dict[Promise, str]
    """The accounted promises that it does not keep here, each with the reason; the probe adds what it finds."""
    own_kernel: bool
    """Whether a box's system calls are answered by a kernel that is not the host's."""

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

    def answers(self) -> bool:
        """Whether the back end is there, so that a box can be opened."""

    def leftovers(self) -> list[str]:
        """Return what is still there of the boxes that this object opened, by name; empty when all was removed."""

    def reap(self) -> list[str]:
        """Remove what dead engines left behind, what is past its deadline, and what it had to leave; returns names."""
