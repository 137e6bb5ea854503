"""Whether a submission is one of the examples that ship with its pack: by syntax tree, parsed in a bounded child.

Theory of operation. Solutions that ship with a pack can be read by everybody, so a certificate for one would say
nothing. Parsing what a stranger wrote can crash a parser or keep it busy, so it happens in a process of its own with
little memory and time, and never where keys are held. A child that dies, or has nothing to say, has told nothing:
then it cannot be told whether the submission is an example, and that is a reason of its own not to certify.
"""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import lru_cache
from threading import Timer

from grader.certify.glance import may_equal
from grader.errors import EngineError

WALL_SECONDS = 15.0
_DIGEST = re.compile(r"[0-9a-f]{64}")
_DIGEST_BYTES = 70
"""What one digest takes in an answer, at most."""
_COMMAND = ("-I", "-B", "-m", "grader.certify.syntax_child")


def syntax_digests(sets: Sequence[Mapping[str, bytes]]) -> list[str]:
    """Return a digest over the normalised syntax of each set of files; empty where it cannot be told.

    Raises:
        EngineError: no process can be started.
    """
    question = [{name: base64.b64encode(content).decode() for name, content in files.items()} for files in sets]
    said = _answer(json.dumps(question).encode(), len(sets))
    try:
        digests = json.loads(said)
    except (ValueError, RecursionError):
        digests = None
    if not isinstance(digests, list) or len(digests) != len(sets):
        return [""] * len(sets)
    return [one if isinstance(one, str) and _DIGEST.fullmatch(one) else "" for one in digests]


def example_of(files: Mapping[str, bytes], examples: Mapping[str, Mapping[str, bytes]]) -> str | None:
    """Return the name of the example that a submission equals, empty for none; None where it cannot be told.

    The examples are parsed in a process of their own, which no stranger's file has been in.

    Args:
        files: of the submission.
        examples: the files of each example, by its name.
    """
    (own,) = syntax_digests([files])
    if not own:
        return None
    alike = tuple(tuple(sorted(_alike(held, files).items())) for held in examples.values())
    try:
        known = _known(alike)
    except _NotTold:
        return None
    return next((name for name, digest in zip(examples, known, strict=True) if digest == own), "")


def known_example(
    files: Mapping[str, bytes], examples: Mapping[str, Mapping[str, bytes]], starter: Mapping[str, bytes]
) -> str:
    """Return the name of the example that a submission equals; empty for none, and where it cannot be told.

    For the mark in a report. Only of what may be an example at a glance is a child asked, so that grading an attempt
    costs no process more; and a mark that cannot be had stops no grading. Certifying asks `example_of`.
    """
    for name, held in examples.items():
        if files and all(held.get(file) == content for file, content in files.items()):
            return name  # the very bytes, a starter that nobody touched, say: there is nothing to parse
    suspects = {name: held for name, held in examples.items() if may_equal(files, held, starter)}
    if not suspects:
        return ""
    try:
        return example_of(files, suspects) or ""
    except EngineError:
        return ""


class _NotTold(Exception):
    """Nothing is known of any example: the child had no time, or died."""


@lru_cache(maxsize=16)
def _known(sets: tuple[tuple[tuple[str, bytes], ...], ...]) -> list[str]:
    """Return the digests of examples; those of one pack are asked for once, and asked again where nothing was told."""
    digests = syntax_digests([dict(one) for one in sets])
    if sets and not any(digests):
        raise _NotTold
    return digests


def _alike(held: Mapping[str, bytes], files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return those files of an example that were handed in too: what lies beside them is nobody's answer."""
    return {name: content for name, content in held.items() if name in files}


def _answer(question: bytes, sets: int) -> bytes:
    """Return what the child says, cut off at what an honest one can say."""
    with os.fdopen(os.memfd_create("question"), "w+b") as asked:  # a learner's work leaves no trace on a disk
        asked.write(question)
        asked.seek(0)
        try:
            child = subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
                [sys.executable, *_COMMAND], stdin=asked, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}
            )
        except OSError as error:
            raise EngineError(f"cannot start the process that parses submissions: {error.strerror}") from error
        late = Timer(WALL_SECONDS, child.kill)
        late.start()
        with child:
            try:
                return child.stdout.read(_DIGEST_BYTES * (sets + 1)) if child.stdout else b""
            finally:
                late.cancel()
                child.kill()
