"""The line to one box: what is sent, what comes, and how it ends.

Theory of operation. All that comes from a box comes through `_receive`: a payload of its own, which is counted and
taken apart under caps before anybody looks at it, or the engine's word that it has ended. A box that is *forked* goes
on in a child of the loaded process until it is rejoined; the end of that child is told under the fork's own id, and
only counts when it is due or when the box is being waited for. Whatever is out of order is a bad reply: it is written
down, and the box is thrown away.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

from grader.proctor.inside.bad_answer import BadAnswer, BadReply, BoxEnded, Notes
from grader.proctor.inside.channel import Channel, Ended, Measured
from sandbox.runner import frames

MAX_RECEIVED = 128 * 2**20


class Line:
    """See the module.

    Args:
        channel: to the engine.
        number: of the box on it.
        notes: what sticks to the test that is running.

    Attributes:
        notes: the same.
        alive: whether the box can still be asked.
    """

    def __init__(self, channel: Channel, number: int, notes: Notes) -> None:
        self.notes = notes
        self.alive = True
        self._channel = channel
        self._number = number
        self._fork = ""

    def begin(self) -> None:
        """Let the limits of one test or call start anew, as soon as anything is asked."""
        self._channel.tell_soon({"op": "begin", "box": self._number})

    def pause(self) -> None:
        """Have every process of the box stopped, before whatever is sent next."""
        self._channel.tell_soon({"op": "pause", "box": self._number})

    def resume(self) -> None:
        """Have them go on."""
        self._channel.tell_soon({"op": "resume", "box": self._number})

    def cpu_seconds(self) -> float:
        """Return the processor time that the box has used, by the word of whoever runs it."""
        self._channel.tell({"op": "measure", "box": self._number})
        message, _ = self._receive(expect_measure=True)
        return float(message["cpu_seconds"])

    def refuse(self, detail: str) -> NoReturn:
        """End the box for what it did: FAILED, whatever becomes of the exception."""
        self.close()
        raise self.notes.stick(BadAnswer("FAILED", detail))

    def close(self) -> None:
        """Have the box thrown away."""
        if self.alive:
            self.alive = False
            self._channel.tell({"op": "close", "box": self._number})

    def _send(self, message: dict[str, Any], blobs: Sequence[frames.Blob]) -> None:
        if not self.alive:
            raise self.notes.stick(BoxEnded("CRASHED", "the box has ended"))
        self._channel.send(self._number, frames.parts(message, blobs))

    def _receive(
        self, *, expect_end: bool = False, expect_measure: bool = False
    ) -> tuple[dict[str, Any], Sequence[frames.Payload]]:
        payload = self._channel.receive(self._number)
        if isinstance(payload, Measured):
            return {"cpu_seconds": payload.cpu_seconds}, ()
        if isinstance(payload, Ended):
            self.alive = False
            raise self.notes.stick(
                BoxEnded(payload.word, payload.detail, which=payload.which, once_more=payload.once_more)
            )
        if expect_measure:
            self._refuse_unasked({})
        self.notes.received += len(payload)
        if self.notes.received > MAX_RECEIVED:
            self._bad("more than a test may be told")
        try:
            message, blobs = frames.unpack(payload)
        except frames.FrameError as error:
            self._bad(f"a malformed frame: {error}")
        if self._fork and message.get("id") == self._fork and "ended" in message and not expect_end:
            self._fork_ended(message["ended"])
        return message, blobs

    def _fork_ended(self, code: Any) -> NoReturn:
        self._fork = ""
        raise self.notes.stick(BoxEnded("CRASHED", f"its process ended by itself ({code!r})"[:80]))

    def _bad(self, detail: str) -> NoReturn:
        self.close()
        raise self.notes.stick(BadReply(detail))

    def _refuse_unasked(self, _message: dict[str, Any]) -> NoReturn:
        self._bad("a reply that nobody asked for")
