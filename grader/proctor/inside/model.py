"""Fit in one box, predict in others: what the metric check does, and the fixture `model` lends to tests.

The artefact is bytes here, whatever they are, and is only ever opened in another box of the same learner's.
"""

from __future__ import annotations

from typing import Any

from grader.proctor.inside.bad_answer import BadReply, Notes
from grader.proctor.inside.box import Box
from grader.proctor.inside.boxes import Boxes
from grader.proctor.inside.question import Question
from grader.proctor.inside.stream import Stream

AHEAD = 2


class Model:
    """A learner's model.

    Args:
        boxes: of this sitting.
        fit: name of the learner's function that fits.
        predict: name of the one that predicts.
    """

    def __init__(self, boxes: Boxes, fit: str, predict: str) -> None:
        self._boxes = boxes
        self._fit = fit
        self._predict = predict
        self._artefact: dict[str, bytes] = {}
        self._ahead: list[tuple[Box, Question]] = []
        self._needed = 0

    def prepare(self, count: int) -> None:
        """Say how many boxes will be needed, so that the next ones are opened while others work."""
        self._needed = count
        self._open_ahead()

    def _open_ahead(self) -> None:
        while self._needed and len(self._ahead) < AHEAD:
            self._ahead.append(self._boxes.open())
            self._needed -= 1

    def fit(self, rows: Any, labels: Any) -> None:
        """Fit in a box of its own and keep the artefact."""
        box = self._next_box()
        artefact = box.value("fit", {"args": [rows, labels]}, name=self._fit)
        box.close()
        self._artefact = checked(self._boxes.notes, artefact)

    def predict(self, rows: Any) -> Any:
        """Return the predictions of a box of its own, which holds the artefact and sees these rows only."""
        box = self._next_box()
        answer = box.value("predict", {"artefact": self._artefact, "args": [rows]}, name=self._predict)
        box.close()
        return answer

    def stream(self) -> Stream:
        """Begin a stream, in a box of its own that holds the artefact: `predict` is then asked step by step."""
        box = self._next_box()
        return Stream(box, box.value("resume", {"artefact": self._artefact}), self._predict)

    def close(self) -> None:
        """Throw away what was opened ahead."""
        for box, _ in self._ahead:
            box.close()
        self._ahead = []

    def _next_box(self) -> Box:
        ahead = self._ahead.pop(0) if self._ahead else self._boxes.open()
        self._open_ahead()
        box = self._boxes.load(*ahead)
        box.begin()
        return box


def checked(notes: Notes, artefact: Any) -> dict[str, bytes]:
    """Return an artefact, files by name.

    Raises:
        BadReply: it is none.
    """
    plain = type(artefact) is dict and all(type(part) is bytes for part in artefact.values())
    if not plain or not all(type(name) is str for name in artefact):
        raise notes.stick(BadReply("an artefact that is none"))
    return artefact  # type: ignore[no-any-return]  # checked just above
