"""What a learner is shown of a report: records of their own, so that nothing is shown because nobody took it out.

`grader.story.reveal` builds them field by field; a field that is not here cannot reach a learner.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from grader.model.outcome import FunctionComplexity
from grader.model.report import Score


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerItem:
    """A test or rule as the learner sees it.

    Attributes:
        sentence: what was asked.
        outcome: the word, as text.
        passed: whether it did.
        hint: shown when it did not.
        raised: one of the nine families of error, or empty.
    """

    sentence: str
    outcome: str
    passed: bool
    hint: str
    raised: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerFigure:
    """A metric as the learner sees it; all numbers are decimal texts.

    Attributes:
        title: name of the figure.
        value: the figure, or empty when only a band may be shown or there is none.
        band: `below the points`, `part of the points`, `all of the points`, or `no figure`.
        starts: where points start.
        full: where they are full.
        baseline: what a naive answer gets, or empty.
        reference_low: what the reference reached at worst, or empty.
        reference_high: what the reference reached at best, or empty.
        lower_is_better: the figure is a loss.
    """

    title: str
    value: str
    band: str
    starts: str
    full: str
    baseline: str
    reference_low: str
    reference_high: str
    lower_is_better: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerCheck:
    """A check as the learner sees it.

    Attributes:
        kind: `tests`, `metric`, `latency`, `growth`, `static`, `document`, `review` or `claim`.
        outcome: the word, as text.
        items: tests or rules.
        figure: the metric.
        functions: the complexity table (the learner's own names).
        notes: sentences the author wants read.
    """

    kind: str
    outcome: str
    items: tuple[LearnerItem, ...]
    figure: LearnerFigure | None
    functions: tuple[FunctionComplexity, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerCriterion:
    """A criterion as the learner sees it.

    Attributes:
        title: its sentence.
        earned: points.
        possible: points.
        checks: what decided it.
    """

    title: str
    earned: Fraction
    possible: Fraction
    checks: tuple[LearnerCheck, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerReport:
    """What a learner is shown, built field by field from a Report by `grader.story.reveal`.

    Attributes:
        assignment: slug.
        title: the assignment's title.
        skill: the node of the roadmap.
        attempt: id.
        number: n-th attempt.
        learner: who.
        received_at: when it was submitted (UTC, ISO 8601).
        score: the total.
        passed: whether it passed.
        provisional: a check is pending.
        criteria: in the rubric's order.
        next_step: the one thing worth most to try next, or empty.
        next_step_worth: points it is worth at most.
        cpu_step: 0 to 3: quarter of the CPU limit that the hungriest call reached.
        memory_step: 0 to 3: quarter of the memory limit.
        repeated: what grading the same submission again showed, or empty.
        published_secret: graded under the published secret: an example, not an attempt.
        submission_digest: names the learner's files.
        findings_digest: names the findings.
        report_digest: names the report.
        known_example: the files are the same program as an example of the assignment: practice, never certified.
    """

    assignment: str
    title: str
    skill: str
    attempt: str
    number: int
    learner: str
    received_at: str
    score: Score
    passed: bool
    provisional: bool
    criteria: tuple[LearnerCriterion, ...]
    next_step: str
    next_step_worth: Fraction
    cpu_step: int
    memory_step: int
    repeated: str
    published_secret: bool
    submission_digest: str
    findings_digest: str
    report_digest: str
    known_example: bool = False
