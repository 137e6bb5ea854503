"""Canonicalising a stranger's document in a process of its own, with a bound on everything.

Theory of operation. RDF canonicalisation has to try the orders of blank nodes that look alike, so that a document of
three kilobytes can hold it for longer than the age of the universe; no check of the document's shape finds all of
these. So it runs in a child that may use a few seconds of processor and a bounded memory, and that is killed when the
clock runs out. A child that died is an answer: refused, too costly. One that was still at it when the clock ran out is
none, since the machine may have been busy with other things. The next question gets a new child; one that answers is
asked again, since starting it costs many times what a certificate costs.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

from grader.credential.refusal import Refused, Unfinished

CPU_SECONDS = 4
WALL_SECONDS = 10.0
MEMORY_MB = 512
TOO_COSTLY = (
    "reading the document as linked data takes more time or memory than a credential can need; "
    "documents are made like this to hold up whoever verifies them"
)
UNFINISHED = (
    "reading the document as linked data was not finished within the time there is; try again when the machine is idle"
)

_MAX_REPLY = 64 * 1024


@dataclass
class Canonicaliser:
    """A child that canonicalises, started when first asked. Close it, or use it in a `with`.

    Attributes:
        cpu_seconds: processor time for one document.
        wall_seconds: clock time for one document, the start of the child included.
        memory_mb: address space of the child.
    """

    cpu_seconds: int = CPU_SECONDS
    wall_seconds: float = WALL_SECONDS
    memory_mb: int = MEMORY_MB
    _child: subprocess.Popen[bytes] | None = field(default=None, init=False, repr=False)

    def digests(self, document: Mapping[str, Any], configurations: Sequence[Mapping[str, Any]]) -> list[bytes]:
        """Return the SHA-256 of the canonical N-Quads of a document, then of each configuration of a proof.

        Raises:
            Refused: a term means nothing, it is no JSON-LD, or it takes more than the bounds allow.
            As `Unfinished` where only the clock ran out.
        """
        question = json.dumps({"document": document, "configurations": configurations}).encode() + b"\n"
        deadline = time.monotonic() + self.wall_seconds
        child = self._started()
        reply = _read_line(child, deadline) if _write(child, question, deadline) else b""
        if not reply.endswith(b"\n"):
            in_time = time.monotonic() < deadline
            self.close()
            raise Refused(TOO_COSTLY) if in_time else Unfinished(UNFINISHED)
        answer = json.loads(reply)
        if "refused" in answer:
            raise Refused(answer["refused"])
        return [bytes.fromhex(digest) for digest in answer["digests"]]

    def close(self) -> None:
        """End the child; a later question starts another."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    with suppress(OSError):
                        pipe.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self.close()
            command = [sys.executable, "-I", "-B", "-m", "grader.credential.canon_child"]
            self._child = subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
                [*command, str(self.cpu_seconds), str(self.memory_mb)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                env={},
                close_fds=True,
            )
            for pipe in (self._child.stdin, self._child.stdout):
                assert pipe is not None  # noqa: S101 - both were asked for
                os.set_blocking(pipe.fileno(), False)
        return self._child


def _write(child: subprocess.Popen[bytes], content: bytes, deadline: float) -> bool:
    """Whether the child took all of it."""
    assert child.stdin is not None  # noqa: S101
    rest = memoryview(content)
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdin, selectors.EVENT_WRITE)
        while rest:
            if not selector.select(max(0.0, deadline - time.monotonic())):
                return False
            try:
                rest = rest[os.write(child.stdin.fileno(), rest) :]
            except OSError:
                return False
    return True


def _read_line(child: subprocess.Popen[bytes], deadline: float) -> bytes:
    """Return what the child says up to its first line's end, or less when it ends or the clock runs out."""
    assert child.stdout is not None  # noqa: S101
    found = b""
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        while not found.endswith(b"\n") and len(found) < _MAX_REPLY:
            if not selector.select(max(0.0, deadline - time.monotonic())):
                break
            part = os.read(child.stdout.fileno(), _MAX_REPLY)
            if not part:
                break
            found += part
    return found
