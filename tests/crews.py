"""Crews of workers that tests start, look at and kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Crew:
    """A `grader work` of the test's own.

    Attributes:
        environment: what it is started with.
        log: where it writes.
        before: the command that it is run by, such as `ip netns exec one`.
        process: the process over its workers.
    """

    environment: Mapping[str, str]
    log: Path
    before: Sequence[str] = ()
    process: subprocess.Popen[bytes] | None = field(default=None)

    def start(self, processes: int) -> None:
        """Start it."""
        command = [*self.before, sys.executable, "-m", "grader", "work", "--processes", str(processes), "--port", "0"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, env=dict(self.environment), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def workers(self) -> list[int]:
        """Return the processes of its workers, those at work first."""
        return children_of(self.process.pid) if self.process is not None else []

    def last_words(self) -> str:
        """Return the end of what it has told, for whoever has to find out why."""
        text = self.log.read_text(encoding="utf-8", errors="replace")
        return "\n".join(f"    {self.log.name}: {line[:400]}" for line in text.splitlines()[-40:])

    def stop(self) -> int:
        """Stop it when its jobs are done; returns its exit code."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait()


def children_of(parent: int) -> list[int]:
    """Return the processes that a process has started."""
    tasks = Path(f"/proc/{parent}/task")
    found: list[int] = []
    with suppress(OSError):
        for task in tasks.iterdir():
            found += map(int, (task / "children").read_text(encoding="ascii").split())
    return found


def processes_with(word: str) -> dict[int, str]:
    """Return the processes whose environment or command has a word, each with its command; but for this one."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            command = (folder / "cmdline").read_bytes()
            text = (folder / "environ").read_bytes() + command
            state = (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0]
            if word.encode() in text and int(folder.name) != os.getpid() and state not in "ZX":
                found[int(folder.name)] = command.replace(b"\0", b" ").decode(errors="replace")[:200]
    return found


def kill(pid: int) -> None:
    """End a process as the kernel's out-of-memory killer does."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
