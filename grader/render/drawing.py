"""Where things stand in the drawings of a report: ring, bar and metric line, as percentages and angles.

Pure geometry, so that templates hold no arithmetic. The metric line is drawn in three parts (no points, part of the
points, all of the points), each with a scale of its own: on one scale from a naive 0.34 to a reference of 0.97 the
only stretch that matters, 0.90 to 0.96, would be too small to see on a phone. Better is always to the right.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from grader.model import LearnerFigure, Score
from grader.scoring import ZERO, decimal_text

START, FULL, STEP, EDGE = 30, 78, 55, 4
"""Where points start and are full; where both are when they are one step; what is kept free at both ends."""


@dataclass(frozen=True, slots=True)
class Ring:
    """The score as a ring that fills clockwise from the top.

    Attributes:
        share: percent of the ring that is filled.
        angle: degrees from the top where the pass mark is.
    """

    share: str
    angle: str


@dataclass(frozen=True, slots=True)
class Line:
    """A metric on one line; places are whole percents from the left.

    Attributes:
        start: where points start.
        full: where they are full; the same as `start` when points come in one step.
        value: where the learner's figure is, or None.
        band: where the middle of the learner's band is, when only a band is shown, or None.
        band_from: its left end.
        band_to: its right end.
        baseline: where a naive answer is, or None.
        reference: from where to where the reference goes, or None.
    """

    start: int
    full: int
    value: int | None
    band: int | None
    band_from: int
    band_to: int
    baseline: int | None
    reference: tuple[int, int] | None


def ring(score: Score) -> Ring:
    """Return the ring of a score."""
    angle = 360 * _share(score.pass_mark, score.possible)
    return Ring(share=percent(score.earned, score.possible), angle=decimal_text(angle, 1))


def percent(part: Fraction, whole: Fraction) -> str:
    """Return a share as percent with one decimal, for the length of a bar: from 0.0 to 100.0."""
    return decimal_text(100 * _share(part, whole), 1)


def _share(part: Fraction, whole: Fraction) -> Fraction:
    """Return part of whole, kept between 0 and 1."""
    return min(max(part / whole, ZERO), Fraction(1)) if whole > 0 else ZERO


def line(figure: LearnerFigure) -> Line:
    """Return the line of a figure."""
    scale = _Scale(figure)
    band = scale.bands().get(figure.band) if not figure.value else None
    low, high = scale.place(figure.reference_low), scale.place(figure.reference_high)
    return Line(
        start=scale.start,
        full=scale.full,
        value=scale.place(figure.value),
        band=sum(band) // 2 if band else None,
        band_from=band[0] if band else 0,
        band_to=band[1] if band else 0,
        baseline=scale.place(figure.baseline),
        reference=(min(low, high), max(low, high)) if low is not None and high is not None else None,
    )


class _Scale:
    """From decimal text to a place on the line, in up to three straight pieces."""

    def __init__(self, figure: LearnerFigure) -> None:
        self.sign = -1 if figure.lower_is_better else 1
        self.starts, self.fulls = self.sign * Fraction(figure.starts), self.sign * Fraction(figure.full)
        one_step = self.starts == self.fulls
        self.start, self.full = (STEP, STEP) if one_step else (START, FULL)
        shown = (figure.value, figure.baseline, figure.reference_low, figure.reference_high)
        numbers = [self.sign * Fraction(text) for text in shown if text]
        margin = abs(self.fulls - self.starts) or abs(self.starts) / 10 or Fraction(1)
        worst = min([*numbers, self.starts - margin])
        best = max([*numbers, self.fulls + margin])
        corners = [(worst, EDGE), (self.starts, self.start), (self.fulls, self.full), (best, 100 - EDGE)]
        self.corners = [corners[0], *corners[1 + one_step :]]

    def place(self, text: str) -> int | None:
        """Return where a figure stands, None for none; what misses a corner by a hair is never drawn on it."""
        if not text:
            return None
        number = self.sign * Fraction(text)
        for (low, left), (high, right) in zip(self.corners, self.corners[1:], strict=False):
            if number < high:
                return min(left + round((right - left) * (number - low) / (high - low)), right - 1)
        return self.corners[-1][1]

    def bands(self) -> dict[str, tuple[int, int]]:
        """Return from where to where each band goes, by its words in the record."""
        return {
            "below the points": (0, self.start),
            "part of the points": (self.start, self.full),
            "all of the points": (self.full, 100),
        }
