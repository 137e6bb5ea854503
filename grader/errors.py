"""The exception tree, and the exit code that each branch means.

Failing is data, breaking is an exception: a learner's code that is wrong, slow or dies is a `Verdict`, never one of
these.

    GraderError                     exit code
    ├── UsageError                  2   the command line is wrong
    ├── SubmissionError             3   the upload cannot be accepted (too big, a path escapes, not a notebook)
    ├── AuthorError                 4   a pack is wrong: file, key, what was found, what would do
    └── EngineError                 5   our fault or the machine's: never becomes a score

    exit 0 = graded and passed · 1 = graded and not passed · 6 = accepted, no final result yet
"""

from __future__ import annotations

from typing import ClassVar

PASSED = 0
NOT_PASSED = 1
NOT_FINAL = 6


class GraderError(Exception):
    """Anything that stops a command. The message is for a person: what is wrong, where, and what would do.

    Attributes:
        hidden: more, for whoever holds the pack only: it may quote hidden tests, inputs or labels.
    """

    exit_code: ClassVar[int] = 5

    def __init__(self, message: str = "", *, hidden: str = "") -> None:
        super().__init__(message)
        self.hidden = hidden


class UsageError(GraderError):
    """The command line or a setting is wrong."""

    exit_code = 2


class SubmissionError(GraderError):
    """The upload cannot be accepted; nothing was graded and no attempt is used up."""

    exit_code = 3


class AuthorError(GraderError):
    """A pack is wrong. Names the file, the key, what was found and what would do."""

    exit_code = 4


class EngineError(GraderError):
    """Our fault or the machine's. It never becomes a score, and no attempt is used up."""

    exit_code = 5
