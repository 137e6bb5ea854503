"""What a check says: outcomes, items, figures, verdicts.

An outcome is a word, never None, NaN or a flag. `SubmissionError` and friends are not here: those stop a command.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from typing import Self

from grader.model.limits import Limits


class Word(Enum):
    """The outcomes there are."""

    PASSED = "PASSED"
    PARTIAL = "PARTIAL"
    FAILED = "FAILED"
    RAISED = "RAISED"
    CRASHED = "CRASHED"
    TIMED_OUT = "TIMED_OUT"
    OUT_OF_MEMORY = "OUT_OF_MEMORY"
    OVER_LIMIT = "OVER_LIMIT"
    BAD_REPLY = "BAD_REPLY"
    DID_NOT_COMPILE = "DID_NOT_COMPILE"
    SKIPPED = "SKIPPED"
    PENDING = "PENDING"


FAMILIES_OF_ERROR = (
    "TypeError",
    "ValueError",
    "IndexError",
    "KeyError",
    "AttributeError",
    "NameError",
    "ZeroDivisionError",
    "RecursionError",
    "other",
)
"""All a learner is told of an exception: any finer name could carry a hidden input out."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A word, and for OVER_LIMIT which limit, for SKIPPED which check was needed.

    Attributes:
        word: the outcome.
        which: the limit or the needed check, else empty.
    """

    word: Word
    which: str = ""

    def __str__(self) -> str:
        """Return `OVER_LIMIT(output)` or the plain word."""
        return f"{self.word.value}({self.which})" if self.which else self.word.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One test, or one rule of a static check.

    Attributes:
        id: the author's name for it (a pytest node id); never shown to learners.
        sentence: what is asked, in the learner's language.
        outcome: what came of it.
        weight: its part of the check.
        hint: a question to ask oneself, shown when it did not pass.
        raised: one of the nine families of error, when the learner's code raised.
        detail: what happened, for authors only, so never in a digest or a learner's view.
    """

    id: str
    sentence: str
    outcome: Outcome
    weight: Fraction = Fraction(1)
    hint: str = ""
    raised: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A metric, as it was judged. Numbers are decimal texts, rounded as the rubric declares.

    Attributes:
        title: the name of the figure.
        value: the combined figure, empty when there is none (a draw failed or was not finite).
        draws: the figure of each draw, empty text where there is none.
        baseline: what a naive answer reaches on the same draws, or empty.
        fixed_data: the learner sees a band only: judged against a fixed labelled file, whose labels a figure would tell
            one by one; or a time, which a learner's code can choose and so make it tell what it was asked.
    """

    title: str
    value: str
    draws: tuple[str, ...] = ()
    baseline: str = ""
    fixed_data: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionComplexity:
    """One row of the complexity table.

    Attributes:
        name: the learner's function or method.
        complexity: cyclomatic complexity.
        allowed: the most the rubric allows.
    """

    name: str
    complexity: int
    allowed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What boxes used, measured from outside; a circumstance, not a finding.

    Attributes:
        cpu_ms: processor time, all boxes together.
        wall_ms: clock time, all boxes together.
        peak_memory_kb: of the largest box.
        output_bytes: printed, all boxes together.
        boxes: how many were opened.
        cpu_tenths: the largest share of the CPU limit that one test or call used, in tenths (0 to 10).
        memory_tenths: the largest share of the memory limit, in tenths.
    """

    cpu_ms: int = 0
    wall_ms: int = 0
    peak_memory_kb: int = 0
    output_bytes: int = 0
    boxes: int = 0
    cpu_tenths: int = 0
    memory_tenths: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """Limits in whole numbers, to stand beside a `Usage` in a report.

    Attributes:
        cpu_ms: processor time of one test or call.
        wall_ms: clock time of one test or call.
        memory_kb: of a box.
        output_bytes: printed by a box.
    """

    cpu_ms: int
    wall_ms: int
    memory_kb: int
    output_bytes: int

    @classmethod
    def of(cls, limits: Limits) -> Self:
        """Return what `limits` allow."""
        return cls(
            cpu_ms=round(limits.cpu_seconds * 1000),
            wall_ms=round(limits.wall * 1000),
            memory_kb=limits.memory_mb * 1024,
            output_bytes=limits.output_kb * 1024,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What was used, beside what was allowed; a circumstance, not a finding.

    Attributes:
        used: measured from outside.
        allowed: for one test or call.
        tests: the same of each test of the check, by id.
    """

    used: Usage
    allowed: Allowance
    tests: Mapping[str, Spent] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one check says.

    Attributes:
        check: its name in the rubric.
        kind: `tests`, `metric`, `latency`, `growth`, `static`, `document`, `review` or `claim`.
        outcome: the whole in one word.
        earned: exact share of its points, from 0 to 1.
        items: its tests or rules.
        figure: its metric.
        functions: its complexity table.
        repeatable: grading again must give the same.
        notes: sentences for the report, such as why agreement was switched off.
    """

    check: str
    kind: str
    outcome: Outcome
    earned: Fraction
    items: tuple[Item, ...] = ()
    figure: Figure | None = None
    functions: tuple[FunctionComplexity, ...] = ()
    repeatable: bool = True
    notes: tuple[str, ...] = ()
