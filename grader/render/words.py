"""The words of a report, the same on a page and in a terminal: marks, points, dates, steps.

A record says `TIMED_OUT` and `250/3`; a learner reads "ran out of time" and "83.33". Colour is never alone: a `Mark` is
a symbol, a word and a tone, and whoever shows the tone shows the word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from typing import Literal

from grader.model import LearnerCheck, Score, Spent, Word
from grader.scoring import decimal_text

Tone = Literal["pass", "part", "fail", "wait", "none"]

STEPS = ("less than a quarter", "a quarter to a half", "a half to three quarters", "more than three quarters")
"""How much of a limit was reached, by the step a LearnerReport holds."""

DASH = "\N{EN DASH}"

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_SECOND_MS, _MEGABYTE_KB, _KILOBYTE = 1000, 1024, 1024


@dataclass(frozen=True, slots=True)
class Mark:
    """How an outcome is shown.

    Attributes:
        symbol: one character.
        word: what it means, in the learner's language.
        tone: the colour to say it in.
    """

    symbol: str
    word: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Headline:
    """The answer in one line.

    Attributes:
        mark: passed, not passed, or not final yet.
        distance: how far from the pass mark.
    """

    mark: Mark
    distance: str


MARKS = {
    Word.PASSED: Mark("✓", "passed", "pass"),
    Word.PARTIAL: Mark(DASH, "in part", "part"),
    Word.FAILED: Mark("✕", "failed", "fail"),
    Word.RAISED: Mark("✕", "raised an error", "fail"),
    Word.CRASHED: Mark("✕", "crashed", "fail"),
    Word.TIMED_OUT: Mark("✕", "ran out of time", "fail"),
    Word.OUT_OF_MEMORY: Mark("✕", "ran out of memory", "fail"),
    Word.OVER_LIMIT: Mark("✕", "over a limit", "fail"),
    Word.BAD_REPLY: Mark("✕", "answer unreadable", "fail"),
    Word.DID_NOT_COMPILE: Mark("✕", "did not compile", "fail"),
    Word.SKIPPED: Mark(DASH, "not tried", "none"),
    Word.PENDING: Mark("…", "waiting", "wait"),
}


def mark_of(outcome: str, raised: str = "") -> Mark:
    """Return the mark of an outcome written as text, such as `PASSED` or `OVER_LIMIT(output)`.

    Which check a SKIPPED one needed is the author's name for it, so it is not said here.
    """
    word, _, which = outcome.partition("(")
    mark = MARKS[Word(word)]
    if mark is MARKS[Word.OVER_LIMIT] and which:
        return Mark(mark.symbol, f"over the {which.rstrip(')')} limit", mark.tone)
    if mark is MARKS[Word.RAISED] and raised not in {"", "other"}:
        return Mark(mark.symbol, f"raised {raised}", mark.tone)
    return mark


def mark_of_share(earned: Fraction, possible: Fraction, checks: Sequence[LearnerCheck] = ()) -> Mark:
    """Return the mark of a criterion: what its points say, unless one of its checks is still waited for."""
    if any(check.outcome == Word.PENDING.value for check in checks):
        return MARKS[Word.PENDING]
    if earned >= possible:
        return Mark("✓", "all points", "pass")
    return Mark(DASH, "part of the points", "part") if earned > 0 else Mark("✕", "no points", "fail")


def headline(score: Score, *, passed: bool, provisional: bool) -> Headline:
    """Return the answer: passed or not, and how far from the pass mark."""
    if provisional:
        distance = f"{points_text(score.earned)} of {points_of(score.possible)} so far; the pass mark is"
        return Headline(Mark("…", "Not final yet", "wait"), f"{distance} {points_text(score.pass_mark)}")
    mark = Mark("✓", "Passed", "pass") if passed else Mark("✕", "Not passed yet", "fail")
    gap = score.earned - score.pass_mark
    if gap == 0:
        return Headline(mark, f"exactly the pass mark of {points_text(score.pass_mark)}")
    side = "above" if gap > 0 else "below"
    return Headline(mark, f"{points_of(abs(gap))} {side} the pass mark of {points_text(score.pass_mark)}")


def points_text(points: Fraction) -> str:
    """Return points with at most two decimals: `84`, `83.33`; what is not nothing never reads as 0."""
    if 0 < points < Fraction(1, 200):
        return "less than 0.01"
    text = decimal_text(points, 2)
    return text.rstrip("0").rstrip(".")


def points_of(points: Fraction) -> str:
    """Return points with their noun: `1 point`, `24 points`."""
    return f"{points_text(points)} {'point' if points == 1 else 'points'}"


def when(moment: str) -> str:
    """Return an ISO 8601 moment as a person writes it, in UTC; what is not one is returned as it is."""
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return moment
    at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}, {at:%H:%M} UTC"


def crumbs(skill: str) -> list[str]:
    """Return the path of a skill as words: `nlp/text-classification` is nlp, then text classification."""
    return [part.replace("-", " ").replace("_", " ") for part in skill.split("/") if part]


def seconds(milliseconds: int) -> str:
    """Return a duration with the unit that suits it."""
    if milliseconds < _SECOND_MS:
        return f"{milliseconds} ms"
    return f"{decimal_text(Fraction(milliseconds, _SECOND_MS), 1)} s"


def size(byte_count: int) -> str:
    """Return a number of bytes with the unit that suits it."""
    if byte_count < _KILOBYTE:
        return f"{byte_count} B"
    kilobytes = Fraction(byte_count, _KILOBYTE)
    if kilobytes < _MEGABYTE_KB:
        return f"{decimal_text(kilobytes, 0)} kB"
    return f"{decimal_text(kilobytes / _MEGABYTE_KB, 0)} MB"


def spent(one: Spent) -> str:
    """Return what a check used in one line, beside what one of its tests or calls may."""
    used, allowed = one.used, one.allowed
    memory = f"memory {size(used.peak_memory_kb * 1024)} of {size(allowed.memory_kb * 1024)}"
    each = f"(each test or call {seconds(allowed.cpu_ms)}, {seconds(allowed.wall_ms)})"
    return f"CPU {seconds(used.cpu_ms)}, clock {seconds(used.wall_ms)} {each}, {memory}, boxes {used.boxes}"
