"""What an author's test can ask for, beside `submission`: the engine's verbs, the stand-ins, and what is drawn.

The verbs of the engine are fixtures of their own, so that `submission` has no names but the learner's.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from grader.proctor.inside.app import App
from grader.proctor.inside.artefact import Artefact
from grader.proctor.inside.bad_answer import BadAnswer
from grader.proctor.inside.box import Box
from grader.proctor.inside.boxes import Boxes
from grader.proctor.inside.handles import Handle
from grader.proctor.inside.keys import Keys
from grader.proctor.inside.members import SUBJECT
from grader.proctor.inside.model import Model
from grader.proctor.inside.program import Program
from grader.proctor.inside.question import Lent
from grader.proctor.inside.service import Service
from grader.proctor.inside.standins import FIXTURES, Chat, Pinecone
from grader.proctor.inside.stream import Streams


class NoBox(Exception):
    """The submission could not be loaded, or no fork of it be had."""


@dataclass(frozen=True, slots=True)
class Call:
    """What came of a call, arguments included.

    Attributes:
        value: what it returned.
        args: the positional arguments as they were afterwards.
        kwargs: the named ones.
        same_as_arg: number of the argument that the value *is*, by the box's word, or None.
    """

    value: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    same_as_arg: int | None


class BoxVerbs:
    """The fixture `box`: asks more than a plain call does."""

    def __init__(self, box: Box) -> None:
        self._box = box

    def call(self, name: str | Handle, /, *args: Any, **kwargs: Any) -> Call:
        """Call a function of the submission and look at its arguments afterwards."""
        function = name if type(name) is Handle else self._box.get(SUBJECT, str(name))
        if type(function) is not Handle:
            message = f"{name} is a value, not a function"
            raise TypeError(message)
        return Call(*self._box.call_back_and_forth(function, args, kwargs))

    @contextmanager
    def lend(self, function: Callable[..., Any]) -> Iterator[Lent]:
        """Lend a function for a whole block: what is made of it, such as a generator, may go on calling it there.

        A function that is passed as it is can be called during that one call only.
        """
        lent = self._box.keep(function)
        try:
            yield lent
        finally:
            self._box.let_go(lent)

    def equal(self, one: Any, other: Any) -> bool:
        """Ask the learner's own `==` between two of the learner's objects."""
        if type(one) is not Handle or type(other) is not Handle:
            message = "box.equal compares two objects of the submission; compare values with =="
            raise TypeError(message)
        return self._box.equal(one, other)


class Notebook:
    """The fixture `notebook`: names after its cells ran."""

    def __init__(self, box: Box) -> None:
        self._box = box

    def __getitem__(self, name: str) -> Any:
        """Return a name's value, or a handle."""
        return self._box.get(SUBJECT, name)


class Fixtures:
    """A pytest plugin that gives the fixtures. It is made before there is a sitting.

    Attributes:
        test: id of the test that is running; `request` would say it too, at a price.
    """

    def __init__(self) -> None:
        self.test = ""

    def sit(self, boxes: Boxes, isolate: str, keys: Keys, model: tuple[str, str] | None) -> None:
        """Learn what to give.

        Args:
            boxes: of this sitting.
            isolate: as the check says.
            keys: of this submission.
            model: names of fit and predict, from the rubric's metric check.
        """
        self._boxes = boxes
        self._isolate = isolate
        self._keys = keys
        self._model = model

    @pytest.fixture(name="_box")
    def lent_box(self) -> Iterator[Box]:
        """The box of this test."""
        lending = self._boxes.for_test(self._isolate, self.test)
        yield self._entered(lending)
        lending.__exit__(None, None, None)

    def _entered(self, lending: AbstractContextManager[Box]) -> Box:
        """Enter, and turn what is no Exception into one: pytest does not clean up after a setup that raises such."""
        try:
            return lending.__enter__()
        except Exception:
            raise
        except BaseException as error:
            stand_in = NoBox(str(error))
            self._boxes.notes.crossed.append(stand_in)
            raise stand_in from error

    @pytest.fixture
    def submission(self, _box: Box) -> Any:
        """The learner's module, or the names of the learner's notebook."""
        return Handle(_box, SUBJECT)

    @pytest.fixture
    def box(self, _box: Box) -> BoxVerbs:
        """The engine's verbs on the learner's box."""
        return BoxVerbs(_box)

    @pytest.fixture
    def notebook(self, _box: Box) -> Notebook:
        """The names of the learner's notebook."""
        return Notebook(_box)

    @pytest.fixture
    def program(self, _box: Box) -> Program:
        """The learner's program, to be run."""
        return Program(_box)

    @pytest.fixture
    def service(self, _box: Box) -> Service:
        """The learner's web service."""
        return Service(_box)

    @pytest.fixture
    def app(self, _box: Box) -> App:
        """The learner's Streamlit or Gradio app."""
        return App(_box, self._boxes.subject.kind)

    @pytest.fixture
    def model(self) -> Iterator[Model]:
        """Fit in one box, predict in others."""
        if self._model is None:
            message = "the fixture `model` needs a metric check in the rubric, which names fit and predict"
            raise TypeError(message)
        model = Model(self._boxes, *self._model)
        yield model
        model.close()

    @pytest.fixture
    def stream(self) -> Iterator[Streams]:
        """Streams, one observation at a time, each in a box of its own."""
        streams = Streams(self._boxes)
        yield streams
        streams.close()

    @pytest.fixture
    def artefact(self) -> Iterator[Artefact]:
        """The files of the submission as models that are opened in boxes."""
        artefact = Artefact(self._boxes, self._boxes.subject)
        yield artefact
        artefact.close()

    @pytest.fixture
    def pinecone(self) -> Iterator[Pinecone]:
        """A stand-in for Pinecone, empty, which the learner's client reaches in this test."""
        yield from self._service("pinecone")

    @pytest.fixture
    def chat(self) -> Iterator[Chat]:
        """A stand-in for a chat model, with nothing to say yet, which the learner's client reaches in this test."""
        yield from self._service("chat")

    def _service(self, name: str) -> Iterator[Any]:
        try:
            service = self._boxes.services.lend(name)
        except BadAnswer as error:  # pytest does not clean up after a setup that raises what is no Exception
            raise NoBox(str(error)) from error
        yield FIXTURES[name](service)
        self._boxes.services.take_back(name)

    @pytest.fixture
    def keys(self) -> Keys:
        """Keys of this test, by part."""
        return self._keys_of_test()

    @pytest.fixture
    def rng(self) -> random.Random:
        """`random.Random`, seeded for this test and this submission."""
        return self._keys_of_test().rng("rng")

    def _keys_of_test(self) -> Keys:
        return self._keys.part("test").part(self.test)
