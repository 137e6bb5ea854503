"""What is done on request, by operation: the subject is loaded, asked, fitted, run. `serve` says what each gives."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable
from typing import Any

from . import artefact, build, built, driven, libraries, model, program, stream, subject
from .iteration import Iteration, page
from .objects import SUBJECT, Objects
from .values import Reader, Writer

Request = dict[str, Any]


class Operations:
    """What was loaded, and what can be done with it.

    Attributes:
        objects: those that are known outside by a number.
    """

    def __init__(self) -> None:
        self.objects = Objects()
        self._program: program.Program
        self._driver: Any = None

    def do(self, request: Request, reader: Reader, writer: Writer) -> dict[str, Any]:
        """Return what a request gives, as parts of the reply, which `writer` has written.

        Raises:
            TooBig: more than may cross.
            BadValue: what was sent, or what is to be, is no value.
            BaseException: whatever the learner's code raised.
        """
        if request["op"] == "next":
            return page(self._iteration(request["of"]), request["count"], writer)
        reply = _OPERATIONS[request["op"]](self, request, reader)
        return {part: writer.write(value) for part, value in reply.items()}

    def _iteration(self, number: Any) -> Iteration:
        """Return the iteration of a number; an iterator that was lent as an object begins one."""
        held = self.objects.find(number)
        return held if type(held) is Iteration else Iteration(held)

    def _load(self, request: Request, reader: Reader) -> dict[str, Any]:
        subject.place(reader.read(request["files"]))
        os.chdir(subject.WORK)
        if request["kind"] == "notebook":
            names = self.objects.hold_subject(subject.run_cells(request["cells"]))
        elif request["kind"] in build.KINDS:
            self._program, calls = built.load(request["kind"], reader.read(request["artefact"]), request["options"])
            names = self.objects.hold_subject(calls)
        else:
            loaded = subject.import_modules(driven.modules_of(request["kind"], request["modules"]))
            names = self.objects.hold_subject(loaded)
            self._driver = driven.driver_of(request["kind"], loaded)
        settle(request["key"])
        return {"names": names}

    def _get(self, request: Request, _reader: Reader) -> dict[str, Any]:
        return {"value": getattr(self.objects.find(request["of"]), request["name"])}

    def _call(self, request: Request, reader: Reader) -> dict[str, Any]:
        args, kwargs = reader.read(request["args"]), reader.read(request["kwargs"])
        function = self.objects.find(request["of"])
        if "name" in request:
            function = getattr(function, request["name"])
            request["got"] = self.objects.keep(function)
        value = function(*args, **kwargs)
        if not request.get("back"):
            return {"value": value}
        same = next((number for number, arg in enumerate(args) if arg is value), None)
        return {"value": value, "args": args, "kwargs": kwargs, "same": same}

    def _len(self, request: Request, _reader: Reader) -> dict[str, Any]:
        return {"value": len(self.objects.find(request["of"]))}

    def _iter(self, request: Request, _reader: Reader) -> dict[str, Any]:
        return {"value": Iteration(iter(self.objects.find(request["of"])))}

    def _item(self, request: Request, reader: Reader) -> dict[str, Any]:
        return {"value": self.objects.find(request["of"])[reader.read(request["key"])]}

    def _equal(self, request: Request, _reader: Reader) -> dict[str, Any]:
        return {"value": bool(self.objects.find(request["of"]) == self.objects.find(request["other"]))}

    def _fit(self, request: Request, reader: Reader) -> dict[str, Any]:
        function = getattr(self.objects.find(SUBJECT), request["name"])
        return {"value": model.fit(function, reader.read(request["args"]))}

    def _predict(self, request: Request, reader: Reader) -> dict[str, Any]:
        function = getattr(self.objects.find(SUBJECT), request["name"])
        return {"value": model.predict(function, reader.read(request["artefact"]), reader.read(request["args"]))}

    def _begin(self, request: Request, reader: Reader) -> dict[str, Any]:
        function = getattr(self.objects.find(SUBJECT), request["name"])
        return {"value": stream.begin(function, reader.read(request["args"]))}

    def _resume(self, request: Request, reader: Reader) -> dict[str, Any]:
        return {"value": stream.resume(reader.read(request["artefact"]))}

    def _observe(self, request: Request, reader: Reader) -> dict[str, Any]:
        module, state = self.objects.find(SUBJECT), self.objects.find(request["of"])
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


_OPERATIONS: dict[str, Callable[[Operations, Request, Reader], dict[str, Any]]] = {
    "load": Operations._load,
    "get": Operations._get,
    "call": Operations._call,
    "len": Operations._len,
    "iter": Operations._iter,
    "item": Operations._item,
    "equal": Operations._equal,
    "fit": Operations._fit,
    "predict": Operations._predict,
    "begin": Operations._begin,
    "resume": Operations._resume,
    "observe": Operations._observe,
    "artefact": Operations._artefact,
    "build": Operations._build,
    "run": Operations._run,
    "drive": Operations._drive,
    "imported": Operations._imported,
}
KNOWN = frozenset({"next", *_OPERATIONS})
"""What can be asked for."""


def settle(key: int) -> None:
    """Seed the global generators, so that a submission which uses them does the same each time."""
    random.seed(key)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(key % 2**32)
