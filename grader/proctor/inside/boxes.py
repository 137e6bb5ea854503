"""Opens boxes and loads the submission into them, and keeps the one that tests share.

A test starts from a fresh fork of the state after import (`isolate = "test"`), goes on in the state that the test
before it left (`check`), or gets a box of its own (`box`). A submission that cannot be loaded, or built, is loaded or
built once; what came of it is then the answer to every test.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from grader.proctor.inside import building
from grader.proctor.inside.bad_answer import BadAnswer, Notes
from grader.proctor.inside.box import Box
from grader.proctor.inside.channel import Channel
from grader.proctor.inside.keys import Keys
from grader.proctor.inside.question import Question
from grader.proctor.inside.standins import StandIns
from grader.proctor.inside.subject import BUILT, Subject


class Boxes:
    """All boxes of one subject in a sitting.

    Args:
        channel: to the engine.
        subject: what is loaded into them.
        keys: theirs.
        first: the number of the first, where others are numbered too.
        whose: `learner`, or `reference`, whose usage is not the learner's.

    Attributes:
        notes: what sticks to the test that is running.
        subject: what is loaded into them.
        services: what stands in for hosted services, in boxes of their own.
    """

    def __init__(self, channel: Channel, subject: Subject, keys: Keys, first: int = 1, whose: str = "learner") -> None:
        self.notes = Notes()
        self._channel = channel
        self.subject = subject
        self._keys = keys
        self._opened = first - 1
        self._whose = whose
        self._shared: Box | None = None
        self._coming: tuple[Box, Question] | None = None
        self._could_not_load: BaseException | None = None
        self._load_failures = 0
        self._build = building.BUILDS[0]
        self._built: dict[str, building.Artefact] = {}
        self.services = StandIns(channel, self.notes, self._new_number)

    def _new_number(self) -> int:
        self._opened += 1
        return self._opened

    def open(self, part: str = "load", subject: Subject | None = None) -> tuple[Box, Question]:
        """Open a box and begin to load the submission, or a subject; `load` waits. Several can open side by side."""
        subject = subject or self.subject
        values: dict[str, Any] = {"files": subject.files}
        if subject.kind in BUILT:
            values = {"files": subject.public, "artefact": self._built[self._build]}
        box = self._new_box()
        question = box.start(
            "load",
            values,
            kind=subject.kind,
            modules=list(subject.modules),
            cells=list(subject.cells),
            options=subject.options,
            key=self._keys.part("box").integer(part),
        )
        return box, question

    def _new_box(self, part: str = "") -> Box:
        """Open a box: the learner's, or that of a part which is no run of the submission."""
        number = self._new_number()
        self._channel.tell_soon({"op": "open", "box": number, "part": part, "of": self._whose})
        return Box(self._channel, number, self.notes, self.services.lent)

    def use(self, build: str) -> None:
        """Let boxes hold this build from now on."""
        if build != self._build:
            self.finish_check()
            self._build, self._could_not_load, self._load_failures = build, None, 0

    @property
    def compiler_said(self) -> str:
        """What the compiler said of a submission that it did not take, else nothing."""
        error = self._could_not_load
        return error.detail if isinstance(error, building.DidNotCompile) else ""

    def _build_once(self) -> None:
        """Have the submission built, if it is to be and was not.

        Raises:
            BadAnswer: it cannot be, once for all.
        """
        if self.subject.kind not in BUILT or self._build in self._built:
            return
        options = {**self.subject.options, "sanitized": self._build == "sanitized"}
        box = self._new_box("build")
        try:
            self._built[self._build] = building.build(box, self.subject.kind, self.subject.files, options)
        except BaseException as error:
            self._could_not_be_loaded(error)
            raise
        finally:
            box.close()

    def _could_not_be_loaded(self, error: BaseException) -> None:
        self._load_failures += 1
        if self._load_failures > 1 or not getattr(error, "once_more", False):
            self._could_not_load = error

    def load(self, box: Box, question: Question) -> Box:
        """Wait until a box is loaded.

        Raises:
            BaseException: the submission's own exception, or a bad answer, once for all.
        """
        if self._could_not_load is not None:
            box.close()
            raise self._again(self._could_not_load)
        try:
            box.finish_loading(question)
        except BaseException as error:
            self._could_not_be_loaded(error)
            box.close()
            raise
        return box

    def fresh(self) -> Box:
        """Return a loaded box of its own."""
        if self._could_not_load is not None:
            raise self._again(self._could_not_load)
        self._build_once()
        return self.load(*self.open())

    def with_files(self, subject: Subject) -> Box:
        """Return a box of its own that holds files and nothing of the submission's that was imported."""
        box, question = self.open(subject=subject)
        box.finish_loading(question)
        return box

    @contextmanager
    def for_test(self, isolate: str, test: str) -> Iterator[Box]:
        """Lend a loaded box to one test, as `isolate` says."""
        if isolate == "box":
            box = self.fresh()
            box.begin()
            yield box
            try:
                box.confirm()
            finally:
                box.close()
            return
        if isolate == "check":
            box = self._shared_box()
            box.begin()
            yield box
            box.confirm()
            return
        box = self._forked(self._keys.part("box").integer(test))
        yield box
        try:
            box.confirm()
        finally:
            with suppress(BadAnswer):  # written down, which is all it takes
                box.rejoin()

    def expect(self) -> None:
        """Have the shared box opened and loaded while its first test is still to be found."""
        built = self.subject.kind not in BUILT or self._build in self._built
        if built and self._shared is None and self._coming is None and self._could_not_load is None:
            self._coming = self.open()

    def _shared_box(self) -> Box:
        coming, self._coming = self._coming, None
        if coming is not None:
            self._shared = self.load(*coming)
        elif self._shared is None or not self._shared.alive:
            self._shared = self.fresh()
        return self._shared

    def _forked(self, key: int) -> Box:
        """Fork the shared box; in a new one if what an earlier test left behind has ended it meanwhile."""
        known = self._shared
        box = self._shared_box()
        try:
            box.begin()
            box.fork(key)
        except BadAnswer as error:
            if box is not known or self.notes.bad != [error]:
                raise
            box.close()
            self.notes.bad.clear()
            box = self._shared_box()
            box.begin()
            box.fork(key)
        return box

    def finish_check(self) -> None:
        """Forget the shared box of a check that may have left its state changed, and one that nobody asked for."""
        if self._coming is not None:
            self._coming[0].close()
            self._coming = None
        if self._shared is not None:
            self._shared.close()
        self._shared = None

    def _again(self, error: BaseException) -> BaseException:
        if isinstance(error, BadAnswer):
            return self.notes.stick(error)
        self.notes.crossed.append(error)
        return error
