"""Takes the engine's orders, one after the other, until the engine is gone.

    start     the submission's files, the pack's hidden files, the seed, the nonce
    collect   -> expected: the tests there are, the same under two keys
    ask       -> item, item, ..., done: one check
    imported  -> imported: the libraries that loading the submission imports; `grader check` asks it of references

Every result carries the nonce of this run. The author's code runs here, and prints to the error stream; the
conversation with the engine is on private descriptors.
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import PurePosixPath
from typing import Any

from grader.proctor.inside import crossing, document, growth, judge, latency, metric, source
from grader.proctor.inside.bad_answer import BadAnswer
from grader.proctor.inside.beside import ReferenceFailed
from grader.proctor.inside.boxes import Boxes
from grader.proctor.inside.channel import Channel
from grader.proctor.inside.child import in_a_child
from grader.proctor.inside.data import PackError
from grader.proctor.inside.keys import Keys
from grader.proctor.inside.session import Opening
from grader.proctor.inside.subject import Subject

Order = dict[str, Any]

_NOT_FIXED = "the tests there are depend on the seed; give them fixed ids"

_MEASURES = {"latency": latency.measure, "growth": growth.measure}
"""Of the learner's boxes beside the reference's."""
_FIRST_OF_REFERENCE = 2**20
"""The number of the reference's first box; a sitting has far fewer."""

_ahead: list[judge.Plugged] = []


def prepare(sessions: int) -> None:
    """Make ahead what so many checks of tests begin with, before there is a submission."""
    _ahead.extend(judge.open_session(Opening.ahead) for _ in range(sessions))


def main() -> None:
    """Serve the engine."""
    reading, writing = os.dup(0), os.dup(1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    channel = Channel(reading, writing)
    order, blobs = channel.order()
    try:
        sitting = Sitting(channel, order, blobs)
        while True:
            order, _ = channel.order()
            sitting.obey(order)
    except EOFError:
        os._exit(0)
    except ReferenceFailed as error:
        channel.tell({"op": "reference_failed", "text": str(error), "busy": error.busy})
    except PackError as error:
        channel.tell({"op": "author_error", "text": str(error)})
    except source.NotANotebook as error:
        channel.tell({"op": "submission_error", "text": str(error)})


class Sitting:
    """One submission, judged by one pack."""

    def __init__(self, channel: Channel, start: Order, blobs: list[bytes]) -> None:
        self._channel = channel
        self._nonce = start["nonce"]
        self._keys = Keys(bytes.fromhex(start["seed"]))
        _settle(self._keys)
        files = dict(zip(start["names"], blobs, strict=True))
        submission = {name.removeprefix("submission/"): files[name] for name in files if name.startswith("submission/")}
        public = {name: files[name] for name in files if name.startswith("data/")}
        for name, content in files.items():
            if name.startswith("hidden/"):
                _place(name.removeprefix("hidden/"), content)
        self._subject = Subject.of(start["kind"], submission, public, start["build"])
        self._boxes = Boxes(channel, self._subject, self._keys)
        reference = {name.removeprefix("reference/"): files[name] for name in files if name.startswith("reference/")}
        self._references = 0
        self._reference_files, self._public, self._kind = reference, public, start["kind"]

    def obey(self, order: Order) -> None:
        """Carry out one order."""
        if order["op"] == "collect":
            self._tell({"op": "expected", "tests": self._collect(order["checks"])})
        elif order["op"] == "imported":
            self._tell({"op": "imported", "libraries": self._imported()})
        elif order["kind"] == "tests":
            self._run_tests(order)
        elif order["kind"] == "document":
            facts = document.facts(self._subject.files, order["file"], order["folder"])
            self._tell({"op": "done", "check": order["check"], "facts": facts})
        elif order["kind"] == "static":
            self._tell({"op": "done", "check": order["check"], "facts": source.facts(self._subject.sources)})
        else:
            self._measure(order)

    def _tell(self, message: Order) -> None:
        self._channel.tell({**message, "nonce": self._nonce})

    def _collect(self, checks: dict[str, list[str]]) -> dict[str, list[dict[str, str]]]:
        """Return the tests of each check, by its files; all files are collected together, once for each key.

        Raises:
            PackError: they cannot be collected, or differ from one key to another.
        """
        files = list(dict.fromkeys(file for named in checks.values() for file in named))
        one, other = (_collected(files, self._keys.integer(f"collect {number}")) for number in (1, 2))
        problems = [*one["problems"], *other["problems"]]
        if problems:
            raise PackError(f"hidden/tests: {', '.join(files)} cannot be collected\n{problems[0]}")
        if one["tests"] != other["tests"]:
            raise PackError(f"hidden/tests: {', '.join(files)}: {_NOT_FIXED}")
        return {
            check: [test for test in one["tests"] if test["id"].partition("::")[0] in named]
            for check, named in checks.items()
        }

    def _imported(self) -> dict[str, str]:
        """Return the version of each library that is imported in a box once the submission is loaded, by name.

        Raises:
            PackError: the submission, a reference, cannot be loaded or does not say it.
        """
        try:
            box = self._boxes.fresh()
            box.begin()
            told = box.value("imported")
        except BaseException as error:
            raise PackError(f"the reference cannot be asked what it imports: {error!r}") from error
        box.close()
        if type(told) is not dict or not all(type(part) is str for pair in told.items() for part in pair):
            raise PackError("the reference does not say what it imports")
        return told

    def _run_tests(self, order: Order) -> None:
        opening = _ahead.pop() if _ahead else judge.open_session()
        judging, fixtures, _ = opening.plugins

        def tell(evidence: judge.Evidence, *, more: bool) -> None:
            message = {"op": "item", "check": order["check"], **evidence, "nonce": self._nonce}
            (self._channel.tell_soon if more else self._channel.tell)(message)

        def begin(test: str) -> None:
            fixtures.test = test
            self._tell({"op": "running", "id": test})

        fixtures.sit(self._boxes, order["isolate"], self._keys, tuple(order["model"]) if order["model"] else None)
        self._boxes.use(order["build"])
        judging.sit(self._boxes.notes, self._keys, order["tests"], begin, tell)
        if order["isolate"] != "box" and any(map(_asks_the_shared_box, order["files"])):
            self._boxes.expect()
        random.seed(0)
        opening.run(judge.HIDDEN / "tests", order["files"])
        if not judging.as_announced:
            raise PackError(f"hidden/tests: {', '.join(order['files'])}: {_NOT_FIXED}")
        if order["isolate"] != "test":
            self._boxes.finish_check()
        self._tell({"op": "done", "check": order["check"], "compiler": self._boxes.compiler_said})

    def _measure(self, order: Order) -> None:
        evidence = self._measure_once(order)
        if self._boxes.notes.bad and self._boxes.notes.bad[0].once_more:
            evidence = self._measure_once(order)
        self._tell({"op": "done", "check": order["check"], **evidence})

    def _measure_once(self, order: Order) -> Order:
        self._boxes.notes.clear()
        evidence: Order = {"word": "", "which": "", "raised": "", "item": "", "detail": ""}
        try:
            if order["kind"] == "metric":
                evidence |= {"draws": [], "baselines": [], **metric.measure(order, self._boxes, self._keys)}
            else:
                evidence |= _MEASURES[order["kind"]](order, self._boxes, self._reference(), self._keys)
        except metric.WrongAnswers as error:
            evidence |= {"word": "FAILED", "item": error.item, "detail": str(error)}
        except PackError:
            raise
        except BaseException as error:  # noqa: BLE001 - a stranger's code raises what it likes
            evidence |= self._what_stopped_it(error)
        return evidence

    def _reference(self) -> Boxes:
        """Return boxes of the reference's, numbered apart from the learner's; a check has its own."""
        self._references += 1
        first = _FIRST_OF_REFERENCE * self._references
        try:
            subject = Subject.of(self._kind, self._reference_files, self._public, self._subject.options)
        except source.NotANotebook as error:
            raise ReferenceFailed(str(error)) from error
        return Boxes(self._channel, subject, self._keys.part("reference"), first, "reference")

    def _what_stopped_it(self, error: BaseException) -> Order:
        """Return the evidence for an exception; one that is neither the learner's nor a bad answer is the author's."""
        bad = self._boxes.notes.bad
        if bad:
            return {"word": bad[0].word, "which": bad[0].which, "detail": bad[0].detail}
        if any(error is crossed for crossed in self._boxes.notes.crossed):
            return {"word": "RAISED", "raised": crossing.family(error), "detail": repr(error)[:2000]}
        if isinstance(error, BadAnswer):
            return {"word": error.word, "which": error.which, "detail": error.detail}
        raise PackError(f"the metric's own code raised {error!r}") from error


def _settle(keys: Keys) -> None:
    """Seed the global generators: forks of one process would all draw the same, and learners could tell each other."""
    random.seed(keys.integer("random"))
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(keys.integer("numpy") % 2**32)


def _place(name: str, content: bytes) -> None:
    path = judge.HIDDEN / PurePosixPath(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _asks_the_shared_box(tests: str) -> bool:
    """Whether a file of tests, or one test of it, is likely to; a wrong guess costs a box, and nothing else."""
    text = (judge.HIDDEN / "tests" / tests.partition("::")[0]).read_bytes()
    asking = (b"submission", b"notebook", b"box", b"program", b"service", b"(app")
    return any(fixture in text for fixture in asking)


def _collected(files: list[str], key: int) -> dict[str, Any]:
    """Collect in a child, so that what the author's modules do at import is not seen by the run."""
    found: dict[str, Any] | None = in_a_child(lambda: judge.collect(files, key), bounded=False)
    return found or {"tests": [], "problems": ["the process that collected them ended early"]}
