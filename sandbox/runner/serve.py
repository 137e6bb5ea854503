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
import random
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING, Any

from . import artefact, build, built, driven, frames, libraries, model, program, stream, subject
from .caps import BadValue, TooBig
from .frames import Blob
from .objects import SUBJECT, Objects
from .values import Reader, Tagged, Writer

if TYPE_CHECKING:
    from .forwarding import Forwarder

MAX_TEXT = 2000
PAGE_PARTS, PAGE_BLOBS = 20_000, 64
"""A page ends early when it holds more: what is far from any cap alone must be so in company."""

Request = dict[str, Any]


class Server:
    """Answers requests from `reading` on `writing`."""

    def __init__(self, reading: int, writing: int) -> None:
        self._reading = reading
        self._writing = writing
        self._objects = Objects()
        self._program: program.Program
        self._forked = False
        self._asked = ""
        self._line = RLock()
        self._forwarder: Forwarder | None = None
        self._under_way: set[str] = set()
        self._driver: Any = None

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
        elif operation == "next" or operation in _OPERATIONS:
            with self._services(request):
                answer = self._answer(request, blobs)
            self._send(*answer)

    @contextmanager
    def _services(self, request: Request) -> Iterator[None]:
        """Lend what services came with a request, until it is answered; nobody writes to the line after that."""
        if "services" not in request:
            yield
            return
        from .forwarding import Forwarder

        forwarder = self._forwarder = self._forwarder or Forwarder()
        during = request["id"]
        lent = {name: self._lent_function(number, during, during) for name, number in request["services"].items()}
        self._under_way.add(during)
        before = forwarder.lend(lent)
        try:
            yield
        finally:
            with self._line:  # whoever is on it has been answered
                self._under_way.discard(during)
                forwarder.lent = before

    def _answer(self, request: Request, blobs: Sequence[Blob]) -> tuple[Request, Sequence[Blob]]:
        reader = Reader(blobs, lambda tree: self._borrow(tree, request["id"]))
        writer = Writer(self._objects.lend)
        before, self._asked = self._asked, request["id"]
        try:
            if request["op"] == "next":
                parts = self._page(request, writer)
            else:
                reply = _OPERATIONS[request["op"]](self, request, reader)
                parts = {part: writer.write(value) for part, value in reply.items()}
            sent = writer.blobs
        except (TooBig, BadValue) as error:
            parts, sent = {"bad": str(error)}, []
        except BaseException as error:
            parts, sent = {"raised": describe(error)}, []
        finally:
            self._asked = before
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
            return self._lent_function(tree["v"], "" if "kept" in tree else request_id)
        raise BadValue(str(tree["$"]))

    def _lent_function(self, number: int, request_id: str, during: str = "") -> Callable[..., Any]:
        def lent(*args: Any, **kwargs: Any) -> Any:
            writer = Writer(self._objects.lend)
            message = {
                "id": request_id or self._asked,
                "callback": number,
                "args": [writer.write(arg) for arg in args],
                "kwargs": {name: writer.write(arg) for name, arg in kwargs.items()},
                **self._gone(),
            }
            answer, blobs = self._call_out(number, frames.parts(message, writer.blobs), during)
            if "raised" in answer:
                raise _builtin_error(answer["raised"])
            return Reader(blobs, lambda tree: self._borrow(tree, request_id)).read(answer["value"])

        return lent

    def _call_out(self, number: int, message: Sequence[Blob], during: str) -> tuple[Request, Sequence[Blob]]:
        """Send a call and return its answer; one thread at a time, and requests meanwhile are served by it.

        Args:
            number: of the function.
            message: the call.
            during: id of the request without which there is no call, or empty for what the learner's code calls.

        Raises:
            ConnectionError: that request has been answered.
        """
        with self._line:
            if during and during not in self._under_way:
                raise ConnectionError
            frames.write(self._writing, *message)
            while True:
                answer, blobs = frames.unpack(frames.read(self._reading))
                if answer.get("answer") == number:
                    return answer, blobs
                self._line.release()
                try:
                    self._serve(answer, blobs)
                finally:
                    self._line.acquire()

    # What each operation gives, by part of the reply.

    def _load(self, request: Request, reader: Reader) -> dict[str, Any]:
        subject.place(reader.read(request["files"]))
        os.chdir(subject.WORK)
        if request["kind"] == "notebook":
            names = self._objects.hold_subject(subject.run_cells(request["cells"]))
        elif request["kind"] in build.KINDS:
            self._program, calls = built.load(request["kind"], reader.read(request["artefact"]), request["options"])
            names = self._objects.hold_subject(calls)
        else:
            loaded = subject.import_modules(driven.modules_of(request["kind"], request["modules"]))
            names = self._objects.hold_subject(loaded)
            self._driver = driven.driver_of(request["kind"], loaded)
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

    def _page(self, request: Request, writer: Writer) -> Request:
        """Return the next items, at most so many, and what comes after them; an exception comes after those before."""
        held = self._objects.find(request["of"])
        iteration = held if type(held) is _Iteration else _Iteration(held)
        page: list[Any] = []
        try:
            while len(page) < request["count"] and writer.parts < PAGE_PARTS and len(writer.blobs) < PAGE_BLOBS:
                item = iteration.take()
                try:
                    page.append(writer.write(item))
                except TooBig:
                    if not page:
                        raise
                    iteration.give_back(item)  # alone it may not be
                    break
        except StopIteration:
            return {"items": page, "more": False}
        except TooBig:
            raise
        except BaseException as error:
            return {"items": page, "more": False, "broke": describe(error)}
        return {"items": page, "more": True}

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

    def _begin(self, request: Request, reader: Reader) -> dict[str, Any]:
        function = getattr(self._objects.find(SUBJECT), request["name"])
        return {"value": stream.begin(function, reader.read(request["args"]))}

    def _resume(self, request: Request, reader: Reader) -> dict[str, Any]:
        return {"value": stream.resume(reader.read(request["artefact"]))}

    def _observe(self, request: Request, reader: Reader) -> dict[str, Any]:
        module, state = self._objects.find(SUBJECT), self._objects.find(request["of"])
        return {"value": stream.observe(module, state, request["name"], reader.read(request["observation"]))}

    def _artefact(self, request: Request, reader: Reader) -> dict[str, Any]:
        return {"value": artefact.ASKED[request["name"]](request["file"], *reader.read(request["args"]))}

    def _build(self, request: Request, reader: Reader) -> dict[str, Any]:
        return {"value": build.build(request["kind"], reader.read(request["files"]), request["options"])}

    def _run(self, request: Request, reader: Reader) -> dict[str, Any]:
        given, args = reader.read(request["stdin"]), reader.read(request["args"])
        return {"value": list(self._program.run(given, args))}

    def _drive(self, request: Request, reader: Reader) -> dict[str, Any]:
        return {"value": getattr(self._driver, request["verb"])(*reader.read(request["given"]))}

    def _imported(self, _request: Request, _reader: Reader) -> dict[str, Any]:
        return {"value": libraries.imported()}


_OPERATIONS: dict[str, Callable[[Server, Request, Reader], dict[str, Any]]] = {
    "load": Server._load,
    "get": Server._get,
    "call": Server._call,
    "len": Server._len,
    "iter": Server._iter,
    "item": Server._item,
    "equal": Server._equal,
    "fit": Server._fit,
    "predict": Server._predict,
    "begin": Server._begin,
    "resume": Server._resume,
    "observe": Server._observe,
    "artefact": Server._artefact,
    "build": Server._build,
    "run": Server._run,
    "drive": Server._drive,
    "imported": Server._imported,
}


class _Iteration:
    """Holds an iterator, so that even one over plain data stays here and is pulled item by item."""

    def __init__(self, items: Any) -> None:
        self._items = items
        self._back: list[Any] = []

    def take(self) -> Any:
        """Return the next item.

        Raises:
            StopIteration: there is none.
        """
        return self._back.pop() if self._back else next(self._items)

    def give_back(self, item: Any) -> None:
        """Let an item be the next one again."""
        self._back.append(item)


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
