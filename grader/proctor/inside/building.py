"""Builds a C++ or Java submission once, in a box of its own; what was built is bytes here, and is never opened.

The box of the build holds the learner's files and the pack's public ones, has limits of its own and is thrown away
before any test asks anything, so that nothing hidden is near when a compiler speaks. Its words are told to the learner:
they are about the learner's own text. What was built is placed into the boxes of the tests, which are others.
"""

from __future__ import annotations

from typing import Any

from grader.proctor.inside.bad_answer import BadAnswer, BadReply
from grader.proctor.inside.box import Box

MOST_BYTES = 48 * 2**20
"""Of what is built: it is sent to every box, with room for the rest of a message."""
MOST_FILES = 2000
MOST_WORDS = 20_000
BUILDS = ("plain", "sanitized")

Artefact = dict[str, bytes]


class DidNotCompile(BadAnswer):
    """The compiler did not take the submission; the detail is what it said."""

    def __init__(self, words: str) -> None:
        super().__init__("DID_NOT_COMPILE", words)


def build(box: Box, kind: str, files: dict[str, bytes], options: dict[str, Any]) -> Artefact:
    """Have `files` built in `box`, and return what was built.

    Raises:
        BadAnswer: they do not compile, the box passed a limit, or it answered with something else.
    """
    answer = box.value("build", {"files": files}, kind=kind, options=options)
    artefact, words = (answer.get(part) for part in ("artefact", "words")) if type(answer) is dict else (None, None)
    if type(words) is not str or len(words) > MOST_WORDS:
        raise box.notes.stick(BadReply("no words of a compiler"))
    if artefact is None:
        raise box.notes.stick(DidNotCompile(words))
    if not _is_plain(artefact):
        raise box.notes.stick(BadReply("a build that is none, or too large"))
    return artefact  # type: ignore[no-any-return]  # looked at just above


def _is_plain(artefact: Any) -> bool:
    return (
        type(artefact) is dict
        and 0 < len(artefact) <= MOST_FILES
        and all(type(name) is str and type(content) is bytes for name, content in artefact.items())
        and sum(map(len, artefact.values())) <= MOST_BYTES
    )
