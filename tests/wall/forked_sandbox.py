"""A back end without a wall, for the repository's own code only: each box is a fork of a prepared process.

It keeps the order that a real one keeps (`prepare` once, then `program` in a fork of it, in the same names), so that
the whole conversation between engine, proctor and box can be tried without a daemon, and its CPU time be told apart.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

from grader.sandbox.exchange import Exchange
from grader.sandbox.hands import Hands
from grader.sandbox.interface import BoxSpec, Exit, Measured

CHILD = Path(__file__).with_name("forked_child.py")
PIECE = 2**18


class ForkedSandbox:
    """See the module.

    Attributes:
        cpu_seconds: of the boxes that have ended, by role.
        opened: how many boxes were opened, by role.
    """

    lacks = {}  # noqa: RUF012 - it promises nothing
    own_kernel = False
    name = "forks without a wall"

    def __init__(self):
        self.hands = Hands()
        self._zygotes: dict[tuple[str, ...], Zygote] = {}
        self._opening = threading.Lock()
        self.cpu_seconds = {"learner": 0.0, "proctor": 0.0}
        self.opened = {"learner": 0, "proctor": 0}

    def recipe(self, family):
        return f"sha256:{family}"

    def image_id(self, family):
        return family

    def tenancy(self, wanted):
        return "single"

    def answers(self):
        return True

    def leftovers(self):
        self.hands.settle()
        return []

    def reap(self):
        return []

    def open(self, spec: BoxSpec):
        with self._opening:
            key = (spec.role, spec.family, spec.party, spec.prepare)
            if key not in self._zygotes:
                self._zygotes[key] = Zygote(spec)
            self.opened[spec.role] += 1
            return self._zygotes[key].fork(spec, self._add)

    def _add(self, role, seconds):
        self.cpu_seconds[role] += seconds

    def close(self):
        """End the prepared processes."""
        self.hands.settle()
        for zygote in self._zygotes.values():
            zygote.close()
        self._zygotes.clear()


class Zygote:
    """A prepared process, which forks when it is told."""

    def __init__(self, spec: BoxSpec):
        self._ours, theirs = socket.socketpair()
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-s", "-P", "-B", str(CHILD), str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONHASHSEED": "0",
                "OPENBLAS_NUM_THREADS": "1",
                "OMP_NUM_THREADS": "1",
            },
        )
        theirs.close()
        head = json.dumps({"prepare": spec.prepare, "bundle": len(spec.bundle)}).encode()
        self._ours.sendall(len(head).to_bytes(4, "big") + head + spec.bundle)
        assert self._ours.recv(5) == b"ready"

    def fork(self, spec: BoxSpec, spent):
        talk, theirs = socket.socketpair()
        reading, writing = os.pipe()
        folder = tempfile.mkdtemp(prefix="forked-box-")
        order = json.dumps({"program": spec.program, "folder": folder}).encode()
        with self._lock:
            socket.send_fds(self._ours, [order], [theirs.fileno(), writing])
            pid = int.from_bytes(self._ours.recv(4), "big")
        theirs.close()
        os.close(writing)
        return ForkedBox(self, pid, talk, reading, folder, lambda seconds: spent(spec.role, seconds))

    def bury(self, pid):
        """Return the wait status and the CPU seconds of a box that has been killed or has ended."""
        with self._lock:
            self._ours.sendall(json.dumps({"bury": pid}).encode())
            answer = json.loads(self._ours.recv(200))
        return answer["status"], answer["cpu_seconds"]

    def close(self):
        self._ours.close()
        self._process.wait()


class ForkedBox:
    """One fork."""

    def __init__(self, zygote: Zygote, pid, talk, reading, folder, spent):
        self._zygote, self._pid, self._talk, self._reading = zygote, pid, talk, reading
        self._folder, self._spent = folder, spent
        talk.setblocking(False)  # noqa: FBT003 - the standard library's own
        os.set_blocking(reading, False)
        self._exchange = Exchange(talk.send)
        self._over: Exit | None = None

    @property
    def printed(self):
        self._hear_printed()
        return self._exchange.printed

    @property
    def printed_bytes(self):
        self._hear_printed()
        return self._exchange.printed_bytes

    @property
    def closed(self):
        return self._exchange.closed

    @property
    def sending(self):
        return self._exchange.sending

    def lost(self, seconds=0.0):
        return False

    def fileno(self):
        return self._talk.fileno()

    def receive(self):
        payloads = []
        try:
            while part := self._talk.recv(PIECE):
                payloads += self._exchange.said(part)
        except BlockingIOError:
            return payloads
        except OSError:
            pass
        self._exchange.closed = True
        return payloads

    def send(self, payload):
        self._exchange.send(payload)

    def flush(self):
        self._exchange.flush()

    def measure(self):
        return Measured(cpu_seconds=cpu_seconds(self._pid))

    def stirred(self):
        return False

    def processes(self):
        return [self._pid]

    def pause(self):
        with suppress(ProcessLookupError):
            os.killpg(self._pid, signal.SIGSTOP)

    def resume(self):
        with suppress(ProcessLookupError):
            os.killpg(self._pid, signal.SIGCONT)

    def end(self, *, done=False):
        if self._over is None:
            with suppress(ProcessLookupError):
                os.killpg(self._pid, signal.SIGKILL)
            status, seconds = self._zygote.bury(self._pid)
            self._spent(seconds)
            self._hear_printed()
            self._talk.close()
            os.close(self._reading)
            self._reading = -1
            shutil.rmtree(self._folder, ignore_errors=True)
            code = os.waitstatus_to_exitcode(status)
            self._over = Exit(code=code if code >= 0 else 128 - code, oom=False)
        return self._over

    def _hear_printed(self):
        with suppress(BlockingIOError):
            while self._reading >= 0 and (part := os.read(self._reading, PIECE)):
                self._exchange.was_printed(part)


def cpu_seconds(pid):
    """Return what a process, its children and those it has buried have used."""
    with suppress(OSError, ValueError):
        own = int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
        buried = sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[13:15]))
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return own + buried / os.sysconf("SC_CLK_TCK") + sum(map(cpu_seconds, children))
    return 0.0
