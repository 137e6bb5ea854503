"""Whose fault it is when judging itself fails: the pack's, its reference's, or ours. Never the learner's."""

from __future__ import annotations

from grader import wire
from grader.errors import AuthorError, EngineError

LOST = "the sandbox went away while a submission was graded, so nothing was decided"


class JudgingBroke(EngineError):
    """The proctor ended, or used more than it may."""


class ReferenceFailed(AuthorError):
    """The pack's own reference failed where it is measured, which nobody who is judged has a part in."""


def what_the_pack_broke(message: wire.Message) -> AuthorError | EngineError:
    """Return what the proctor's word on the pack's own files comes to."""
    hidden = str(message.get("text"))[:8000]
    if message["op"] == "author_error":
        return AuthorError(
            "the hidden files of this assignment do not work, which is no fault of yours; "
            "whoever holds the pack is told more by `grader check`",
            hidden=hidden,
        )
    if message.get("busy") is True:
        return EngineError("the machine was too busy to measure the reference, so nothing was decided", hidden=hidden)
    return ReferenceFailed(
        "the reference of this assignment does not work, which is no fault of yours; "
        "whoever holds the pack is told more by `grader check`",
        hidden=hidden,
    )
