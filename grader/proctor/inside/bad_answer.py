"""Answers that decide a test whatever its author catches.

A test may say `pytest.raises(Exception)` or have an `except:` of its own; neither must turn a dead box, a forged reply
or an object that pretends to be a value into a pass. So these derive from BaseException, and each is written down when
it is raised: the note decides the outcome, not what became of the exception.
"""

from __future__ import annotations

from dataclasses import dataclass, field


class BadAnswer(BaseException):
    """Something that is no honest answer.

    Attributes:
        word: the outcome that it gives the test.
        which: the limit, for OVER_LIMIT and TIMED_OUT.
        detail: for authors.
        once_more: the clock ran out with the CPU well below its limit: tried once more before it is a verdict.
    """

    def __init__(self, word: str, detail: str, *, which: str = "", once_more: bool = False) -> None:
        super().__init__(detail)
        self.word = word
        self.which = which
        self.detail = detail
        self.once_more = once_more


class NotAValue(BadAnswer):
    """An object was used where a value was asked."""

    def __init__(self, asked: str) -> None:
        super().__init__("FAILED", f"gave an object where a value was asked ({asked})")


class BadReply(BadAnswer):
    """A malformed, oversized, cyclic, unasked or late reply."""

    def __init__(self, detail: str) -> None:
        super().__init__("BAD_REPLY", detail)


class BoxEnded(BadAnswer):
    """The box, or the fork of it that ran the test, is gone."""


@dataclass(slots=True)
class Notes:
    """What is written down while one test runs.

    Attributes:
        bad: bad answers, in order; the first decides.
        crossed: the learner's exceptions that were raised here, by identity.
        asked: how many answers were taken from a box.
        received: bytes of them.
        decoded: parts of them, once unfolded.
    """

    bad: list[BadAnswer] = field(default_factory=list)
    crossed: list[BaseException] = field(default_factory=list)
    asked: int = 0
    received: int = 0
    decoded: int = 0

    def stick(self, answer: BadAnswer) -> BadAnswer:
        """Write `answer` down and return it, to be raised."""
        self.bad.append(answer)
        return answer

    def clear(self) -> None:
        """Begin a new test."""
        self.bad.clear()
        self.crossed.clear()
        self.asked = self.received = self.decoded = 0
