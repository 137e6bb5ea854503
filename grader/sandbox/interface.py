"""What every back end gives: boxes, each a stream of frames to a process that is not ours.

A box is opened, spoken to without blocking, measured from outside and ended. What it says about itself is never asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from grader.model import Limits, Tenancy
from grader.sandbox.hands import Hands
from grader.sandbox.promises import Promise

FIRST = "import sys; sys.path.insert(0, '/opt/grader'); from grader_runner.first import main; main()"


Kind = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxSpec:
    """What to open.

    Attributes:
        family: image family.
        program: Python source that runs in it, as the child of process 1.
        prepare: Python source of ours that runs before, and that `program` shares its names with: imports, and nothing
            that a submission could make a difference to. It may have run long before, and it writes no file.
        bundle: what `prepare` finds under the name BUNDLE.
        party: boxes of different parties never share a container, one after the other or at once.
        tenancy: whether it may be one of many in a prepared container, or has a container of its own.
        limits: memory, processes and disk are enforced by the back end, the others by whoever watches.
        deadline_seconds: the box ends by itself after this long, whatever becomes of us.
        role: `learner` or `proctor`, for labels.
        filter: which system calls it may make, a profile of `sandbox/seccomp/`: `learner`, or `web` with sockets.
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
    tenancy: Tenancy = "single"

    @property
    def kind(self) -> Kind:
        """What two boxes have in common when one can be made ready before it is known which of them it will be."""
        limits = self.limits
        wanted = (self.family, self.filter, self.role, self.party, self.deadline_seconds, self.prepare, self.bundle)
        return (*wanted, limits.memory_mb, limits.processes, limits.disk_mb)

    @property
    def command(self) -> tuple[str, ...]:
        """Process 1 and its arguments: ours (`sandbox/runner/first.py`), which runs the program in a child.

        The program is sent when it is ready.

        Not `-I`, which would ignore PYTHONHASHSEED too; the environment is ours alone.
        """
        return ("/opt/venv/bin/python", "-s", "-P", "-B", "-c", FIRST, str(self.deadline_seconds), self.prepare)


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


def since(start: Measured, now: Measured) -> Measured:
    """Return what was used since `start`."""
    return Measured(
        cpu_seconds=now.cpu_seconds - start.cpu_seconds,
        peak_memory_kb=max(0, now.peak_memory_kb - start.peak_memory_kb),
        oom_kills=now.oom_kills - start.oom_kills,
        refused_forks=now.refused_forks - start.refused_forks,
        full=now.full,
    )


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

    def stirred(self) -> bool:
        """Whether the kernel may have denied it something since this was last asked: asked after each answer."""

    def processes(self) -> list[int]:
        """Return the host's numbers of its processes, where they can be seen."""

    def pause(self) -> None:
        """Stop every process in it, from outside, and return when none runs: not even one that it left behind.

        It is still measured, heard and ended as ever; what it is sent waits. Pausing twice is pausing once.

        Raises:
            EngineError: it goes on all the same.
        """

    def resume(self) -> None:
        """Let its processes go on; one that is not paused, or is gone, stays as it is.

        Raises:
            EngineError: it stays stopped.
        """

    def end(self, *, done: bool = False) -> Exit:
        """Close the stream, kill every process and remove all traces.

        Args:
            done: it has done what it was asked to, and nothing was amiss.

        Raises:
            EngineError: the back end does not answer.
        """


class Sandbox(Protocol):
    """A back end."""

    lacks: dict[Promise, str]
    """The accounted promises that it does not keep here, each with the reason; the probe adds what it finds."""
    own_kernel: bool
    """Whether a box's system calls are answered by a kernel that is not the host's."""
    hands: Hands
    """Opens and ends boxes beside whoever needs them."""

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

    def tenancy(self, wanted: Tenancy) -> Tenancy:
        """Return the tenancy that a box has here which may have `wanted`."""

    def answers(self) -> bool:
        """Whether the back end is there, so that a box can be opened."""

    def leftovers(self) -> list[str]:
        """Return what is still there of the boxes that this object opened, by name; empty when all was removed.

        Waits for those that are being ended. What is kept ready for the next ones is not left over.
        """

    def close(self) -> None:
        """End what is kept ready."""

    def reap(self) -> list[str]:
        """Remove what dead engines left behind, what is past its deadline, and what it had to leave; returns names."""
