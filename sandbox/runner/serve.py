"""The conversation from the box's side: one request, one reply, the request's id echoed.

    load      place the files, import or run them           -> names of the subject's members
    fork      go on in a child; `done` ends it              -> nothing, later `ended` under the fork's own id
    get call len iter next item equal                       -> a value, or a handle for what is no plain value;
                                                               a call may name a member, and tells its number then
    fit predict                                             -> the artefact; the predictions
    imported                                                -> name and version of each library that is imported

A fork is the state after loading, kept: each test starts in a fresh child, and the parent only waits. While a request
runs, a function that was lent with it can be called back.
"""

from __future__ import annotations

import os
import random
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import Any

from . import frames, libraries, model, subject
from .caps import BadValue, TooBig
from .frames import Blob
from .objects import SUBJECT, Objects
from .values import Reader, Tagged, Writer

MAX_TEXT = 2000

Request = dict[str, Any]


class Server:
    """Answers requests from `reading` on `writing`."""

    def __init__(self, reading: int, writing: int) -> None:
        self._reading = reading
        self._writing = writing
        self._objects = Objects()
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
        elif operation in _OPERATIONS:
            self._send(*self._answer(request, blobs))

    def _answer(self, request: Request, blobs: Sequence[Blob]) -> tuple[Request, Sequence[Blob]]:
        reader = Reader(blobs, lambda tree: self._borrow(tree, request["id"]))
        writer = Writer(self._objects.lend)
        try:
            reply = _OPERATIONS[request["op"]](self, request, reader)
            parts, sent = {part: writer.write(value) for part, value in reply.items()}, writer.blobs
        except TooBig as error:
            parts, sent = {"bad": str(error)}, []
        except BaseException as error:
            parts, sent = {"raised": describe(error)}, []
        if "got" in request:
            parts["got"] = request["got"]
        return {"id": request["id"], **parts, **self._gone()}, sent

    def _gone(self) -> dict[str, Any]:
        gone = self._objects.gone()
        return {"gone": gone} if gone else {}

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

    def _borrow(self, tree: Tagged, request_id: str) -> Any:
        if tree["$"] == "handle":
            return self._objects.find(tree["v"])
        if tree["$"] == "callback":
            return self._lent_function(tree["v"], request_id)
        raise BadValue(str(tree["$"]))

    def _lent_function(self, number: int, request_id: str) -> Callable[..., Any]:
        def lent(*args: Any, **kwargs: Any) -> Any:
            writer = Writer(self._objects.lend)
            message = {
                "id": request_id,
                "callback": number,
                "args": [writer.write(arg) for arg in args],
                "kwargs": {name: writer.write(arg) for name, arg in kwargs.items()},
                **self._gone(),
            }
            frames.write(self._writing, *frames.parts(message, writer.blobs))
            while True:
                answer, blobs = frames.unpack(frames.read(self._reading))
                if answer.get("answer") == number:
                    break
                self._serve(answer, blobs)
            if "raised" in answer:
                raise _builtin_error(answer["raised"])
            return Reader(blobs, lambda tree: self._borrow(tree, request_id)).read(answer["value"])

        return lent

    # What each operation gives, by part of the reply.

    def _load(self, request: Request, reader: Reader) -> dict[str, Any]:
        subject.place(reader.read(request["files"]))
        os.chdir(subject.WORK)
        if request["kind"] == "notebook":
            names = self._objects.hold_subject(subject.run_cells(request["cells"]))
        else:
            names = self._objects.hold_subject(subject.import_modules(request["modules"]))
        settle(request["key"])
        return {"names": names}

    def _get(self, request: Request, _reader: Reader) -> dict[str, Any]:
        return {"value": getattr(self._objects.find(request["of"]), request["name"])}

    def _call(self, request: Request, reader: Reader) -> dict[str, Any]:
        args, kwargs = reader.read(request["args"]), reader.read(request["kwargs"])
        function = self._objects.find(request["of"])
        if "name" in request:
            function = getattr(function, request["name"])
            request["got"] = self._objects.keep(function)
        value = function(*args, **kwargs)
        if not request.get("back"):
            return {"value": value}
        same = next((number for number, arg in enumerate(args) if arg is value), None)
        return {"value": value, "args": args, "kwargs": kwargs, "same": same}

    def _len(self, request: Request, _reader: Reader) -> dict[str, Any]:
        return {"value": len(self._objects.find(request["of"]))}

    def _iter(self, request: Request, _reader: Reader) -> dict[str, Any]:
        return {"value": _Iteration(iter(self._objects.find(request["of"])))}

    def _next(self, request: Request, _reader: Reader) -> dict[str, Any]:
        for item in self._objects.find(request["of"]).items:
            return {"value": item, "more": True}
        return {"value": None, "more": False}

    def _item(self, request: Request, reader: Reader) -> dict[str, Any]:
        return {"value": self._objects.find(request["of"])[reader.read(request["key"])]}

    def _equal(self, request: Request, _reader: Reader) -> dict[str, Any]:
        return {"value": bool(self._objects.find(request["of"]) == self._objects.find(request["other"]))}

    def _fit(self, request: Request, reader: Reader) -> dict[str, Any]:
        function = getattr(self._objects.find(SUBJECT), request["name"])
        return {"value": model.fit(function, reader.read(request["args"]))}

    def _predict(self, request: Request, reader: Reader) -> dict[str, Any]:
        function = getattr(self._objects.find(SUBJECT), request["name"])
        return {"value": model.predict(function, reader.read(request["artefact"]), reader.read(request["args"]))}

    def _imported(self, _request: Request, _reader: Reader) -> dict[str, Any]:
        return {"value": libraries.imported()}


_OPERATIONS: dict[str, Callable[[Server, Request, Reader], dict[str, Any]]] = {
    "load": Server._load,
    "get": Server._get,
    "call": Server._call,
    "len": Server._len,
    "iter": Server._iter,
    "next": Server._next,
    "item": Server._item,
    "equal": Server._equal,
    "fit": Server._fit,
    "predict": Server._predict,
    "imported": Server._imported,
}


class _Iteration:
    """Holds an iterator, so that even one over plain data stays here and is pulled item by item."""

    def __init__(self, items: Any) -> None:
        self.items = items


def settle(key: int) -> None:
    """Seed the global generators, so that a submission which uses them does the same each time."""
    random.seed(key)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(key % 2**32)


def describe(error: BaseException) -> dict[str, Any]:
    """Return what crosses of an exception: its class's name, the builtin names it derives from, its text, its trace."""
    try:
        text = str(error)[:MAX_TEXT]
        trace = "".join(traceback.format_exception(error, limit=-8))[-2 * MAX_TEXT :]
    except BaseException:
        text = trace = ""
    bases = [base.__name__ for base in type(error).__mro__ if base.__module__ == "builtins"]
    return {"type": type(error).__name__[:100], "bases": bases[:20], "text": text, "trace": trace}


def _builtin_error(name: str) -> Exception:
    kind = getattr(sys.modules["builtins"], name, Exception)
    return kind("raised by the function that was lent") if issubclass(kind, Exception) else Exception(name)
