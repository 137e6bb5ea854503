"""Models handed in as files: the fixture `artefact`.

Theory of operation. The bytes are never opened here, only in boxes. Whose word an answer is depends on the box.

ONNX, TensorFlow Lite and safetensors are data. They are opened in a box *of ours*: a fresh box of the assignment's
family into which the learner's files enter as files. None is imported, none lies where Python looks for modules, and no
joblib file is ever opened there; so what runs is the library of the image, and what it says (facts of the graph,
outputs for given inputs) is its word about the model. It is behind the wall and under the limits like any other box,
because a hostile file may exhaust the library or break it. What it says then is the box's word, and stays a question of
how well the library is written: so a test should ask for outputs, which can only be the learner's own answer, and take
facts for what they are.

A joblib file is a pickle, a program. It is opened in a box of the learner's, with the learner's modules imported (its
classes may be theirs), and what comes of it is the learner's answer like any other. Each prediction has a box of its
own, so that agreement of one call with another means something.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from grader.proctor.inside.box import Box
from grader.proctor.inside.boxes import Boxes
from grader.proctor.inside.model import checked
from grader.proctor.inside.subject import Subject

_READERS = {".onnx": "onnx", ".tflite": "lite"}
_PROGRAM = ".joblib"


class Artefact:
    """The fixture `artefact`: the files of the submission, or those that `made_by` wrote.

    Args:
        boxes: of this sitting.
        subject: the submission.
        files: the files that are asked about, by name; by default the submission's.
    """

    def __init__(self, boxes: Boxes, subject: Subject, files: dict[str, bytes] | None = None) -> None:
        self._boxes = boxes
        self._subject = subject
        self._files = subject.files if files is None else files
        self._ours: Box | None = None
        self._made: list[Artefact] = []

    @property
    def files(self) -> dict[str, int]:
        """Names of the files and how many bytes each has."""
        return {name: len(content) for name, content in self._files.items()}

    def facts(self, file: str) -> dict[str, Any]:
        """Return what a graph says of itself, as the library read it: see `sandbox/runner/artefact.py`."""
        return self._ask_ours(f"{_reader(file)}_facts", file)  # type: ignore[no-any-return]  # plain data, the library's

    def run(self, file: str, inputs: dict[str, Any]) -> dict[str, Any]:
        """Return a graph's outputs by name, for arrays by name of the input."""
        return self._ask_ours(f"{_reader(file)}_run", file, inputs)  # type: ignore[no-any-return]  # as above

    def tensors(self, file: str) -> dict[str, Any]:
        """Return the arrays of a safetensors file by name."""
        return self._ask_ours("tensors", file)  # type: ignore[no-any-return]  # as above

    def predict(self, file: str, rows: Any) -> Any:
        """Return what the model in a joblib file predicts, opened for this call in a box of the learner's own."""
        if PurePosixPath(file).suffix != _PROGRAM:
            message = f"{file}: predict opens a {_PROGRAM} file; ask an ONNX or TensorFlow Lite file to run"
            raise ValueError(message)
        box = self._of_the_learners()
        try:
            return box.value("artefact", {"args": [rows]}, name="predictions", file=file)
        finally:
            box.close()

    def made_by(self, function: str, *args: Any) -> Artefact:
        """Call a function of the learner's that writes files into its working folder; return those files.

        What it wrote is bytes here, as the artefact of a fit is, and is opened in other boxes.
        """
        box = self._of_the_learners()
        try:
            written = checked(self._boxes.notes, box.value("fit", {"args": list(args)}, name=function))
        finally:
            box.close()
        made = Artefact(self._boxes, self._subject, {name: written[name] for name in written if name != _RETURNED})
        self._made.append(made)
        return made

    def close(self) -> None:
        """Throw the boxes away."""
        for one in self._made:
            one.close()
        if self._ours is not None:
            self._ours.close()
            self._ours = None

    def _ask_ours(self, name: str, file: str, *args: Any) -> Any:
        if self._ours is None or not self._ours.alive:
            self._ours = self._boxes.with_files(Subject(kind="artefact", files=self._files))
            self._ours.begin()
        return self._ours.value("artefact", {"args": list(args)}, name=name, file=file)

    def _of_the_learners(self) -> Box:
        """Return a box of its own with the submission loaded, and the files that are asked about beside it."""
        if self._files is self._subject.files:
            box = self._boxes.fresh()
        else:
            box = self._boxes.with_files(replace(self._subject, files={**self._subject.files, **self._files}))
        box.begin()
        return box


def _reader(file: str) -> str:
    suffix = PurePosixPath(file).suffix
    if suffix not in _READERS:
        message = f"{file}: there is no reader of graphs for it; known are {', '.join(_READERS)}"
        raise ValueError(message)
    return _READERS[suffix]


_RETURNED = "returned.pickle"
"""What the function returned, which nobody asks for here."""
