"""The conversation from the box's side: one request, one reply, the request's id echoed.

    load      place the files, import or run them           -> names of the subject's members
    fork      go on in a child; `done` ends it              -> nothing, later `ended` under the fork's own id
    get call len iter item equal                            -> a value, or a handle for what is no plain value;
                                                               a call may name a member, and tells its number then
    next                                                    -> a page of items, as many as were asked for or fewer,
                                                               whether there may be more, and what broke it off
    fit predict                                             -> the artefact; the predictions
    begin resume observe                                    -> the state of a stream, a handle; the answer to one step
    artefact                                                -> what a file of the learner's holds, or gives
    build                                                   -> what was built, and the compiler's words
    run                                                     -> a program's output and exit code
    drive                                                   -> what a verb of the kind's own gives (`driven`)
    imported                                                -> name and version of each library that is imported

With any of them services can be lent (`forwarding`), which the learner's clients reach while it runs.

A fork is the state after loading, kept: each test starts in a fresh child, and the parent only waits. While a request
runs, a function that was lent with it can be called back; one that is *kept* can be while any request runs, so that a
generator can go on asking it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from . import frames
from .caps import BadValue, TooBig
from .frames import Blob
from .lending import Lending
from .operations import KNOWN, Operations, settle
from .raised import describe
from .values import Reader, Writer

Request = dict[str, Any]


class Server:
    """Answers requests from `reading` on `writing`."""

    def __init__(self, reading: int, writing: int) -> None:
        self._reading = reading
        self._writing = writing
        self._operations = Operations()
        self._objects = self._operations.objects
        self._lending = Lending(reading, writing, self._objects, self._serve)
        self._forked = False

    def run(self) -> None:
        """Serve until the other side is gone."""
        while True:
            try:
                request, blobs = frames.unpack(frames.read(self._reading))
            except (EOFError, frames.FrameError):
                os._exit(0)
            self._serve(request, blobs)

    def _serve(self, request: Request, blobs: Sequence[Blob]) -> None:
        """Answer one request. What was meant for a child that has ended by itself is read here, and dropped."""
        operation = request.get("op")
        if operation == "fork":
            self._fork(request)
        elif operation == "done" and self._forked:
            os._exit(0)
        elif operation in KNOWN:
            with self._lending.services(request):
                answer = self._answer(request, blobs)
            self._send(*answer)

    def _answer(self, request: Request, blobs: Sequence[Blob]) -> tuple[Request, Sequence[Blob]]:
        reader = Reader(blobs, lambda tree: self._lending.borrow(tree, request["id"]))
        writer = Writer(self._objects.lend)
        before, self._lending.asked = self._lending.asked, request["id"]
        try:
            parts, sent = self._operations.do(request, reader, writer), writer.blobs
        except (TooBig, BadValue) as error:
            parts, sent = {"bad": str(error)}, []
        except BaseException as error:
            parts, sent = {"raised": describe(error)}, []
        finally:
            self._lending.asked = before
        if "got" in request:
            parts["got"] = request["got"]
        return {"id": request["id"], **parts, **self._objects.gone()}, sent

    def _send(self, message: Request, blobs: Sequence[Blob]) -> None:
        try:
            parts = frames.parts(message, blobs)
        except (frames.FrameError, ValueError):
            parts = frames.parts({"id": message["id"], "bad": "message too large"}, [])
        frames.write(self._writing, *parts)

    def _fork(self, request: Request) -> None:
        child = os.fork()
        if child == 0:
            self._forked = True
            settle(request["key"])
            self._send({"id": request["id"], "value": None}, [])
            return
        _, status = os.waitpid(child, 0)
        self._send({"id": request["id"], "ended": os.waitstatus_to_exitcode(status)}, [])
