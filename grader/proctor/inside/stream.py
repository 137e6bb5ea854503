"""One observation at a time: the fixture `stream`, and what a metric with `each = true` asks.

Theory of operation. Each stream has a box of its own, so that nothing survives from one to the next. In it the
learner's function makes a state (or the artefact of a fit is opened), which stays there. Then the observations are
told, a request each: the next is not even taken from its source, let alone sent, before the answer to the last one has
come, been decoded and become a value here. So looking ahead is impossible whatever the box does: what it would look at
is not in it. Two doors are closed besides. An observation is plain data: no function is lent with it that could be
called for more, no handle. And an answer is plain data: an object could answer later, when more is known, and a value
cannot change. A second reply, an early or a late one is a bad reply, as everywhere (`box`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from grader.proctor.inside.bad_answer import BadReply
from grader.proctor.inside.box import Box
from grader.proctor.inside.boxes import Boxes
from grader.proctor.inside.handles import Handle, whose


class Stream:
    """A stream under way.

    Args:
        box: its own.
        state: what the box gave for the state it keeps.
        step: `name` is called with state and observation; `.name` is the state's own method.

    Attributes:
        given: the answers so far.
    """

    def __init__(self, box: Box, state: Any, step: str) -> None:
        if type(state) is not Handle:
            box.close()
            raise box.notes.stick(BadReply("a state that is none"))
        self.given: list[Any] = []
        self._box = box
        self._state = whose(state)[1]
        self._step = step

    def answer(self, observation: Any) -> Any:
        """Tell the next observation and return the answer to it, a value.

        Raises:
            TypeError: the observation is no plain data, which is the author's mistake.
            BadAnswer: no answer, or an object in place of one.
            BaseException: what the learner's code raised.
        """
        answer = self._box.observe(self._state, self._step, observation)
        self.given.append(answer)
        return answer

    def answers(self, observations: Iterable[Any]) -> list[Any]:
        """Return the answers to all observations, in order.

        They are taken one by one, each after the answer to the one before it. A generator is sent that answer (`answer
        = yield observation`), so that it can go on from it.
        """
        source, answers = iter(observations), list[Any]()
        send = getattr(source, "send", None)
        answer = None
        while True:
            try:
                observation = next(source) if send is None else send(answer)
            except StopIteration:
                return answers
            answer = self.answer(observation)
            answers.append(answer)

    def close(self) -> None:
        """Throw its box away."""
        self._box.close()


class Streams:
    """The fixture `stream`: begins streams.

    Args:
        boxes: of this sitting.
    """

    def __init__(self, boxes: Boxes) -> None:
        self._boxes = boxes
        self._open: list[Box] = []

    def __call__(self, make: str, *given: Any, step: str = ".update") -> Stream:
        """Begin a stream in a box of its own.

        Args:
            make: name of the learner's class, or function, that makes the state.
            given: what it is called with.
            step: the state's method (`.update`), or a function of the learner's that is called with state and
                observation (`update`).
        """
        box = self._boxes.fresh()
        self._open.append(box)
        box.begin()
        return Stream(box, box.value("begin", {"args": list(given)}, name=make), step)

    def close(self) -> None:
        """Throw the boxes of all streams away."""
        for box in self._open:
            box.close()
