"""The result of grading: the whole Report, and the LearnerReport that is shown by default.

`findings` can be repeated and are what a digest covers; `circumstances` cannot and are not.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from grader.model.assignment import Tenancy
from grader.model.outcome import FunctionComplexity, Spent, Verdict

DRAFT = "the assignment is a draft: "
"""Begins the reason of a pack that is for practice, whatever grades it."""
SHARED = "a container of its own: its boxes were forks in a prepared container, which serves others before and after"
"""Why what was graded in a cell is practice, until it was graded again in boxes of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Points as exact fractions; rounded only where they are shown.

    Attributes:
        earned: points earned.
        possible: points there are.
        pass_mark: points needed to pass.
    """

    earned: Fraction
    possible: Fraction
    pass_mark: Fraction

    @property
    def reaches_pass_mark(self) -> bool:
        """Whether the points suffice (a provisional report has not passed all the same)."""
        return self.earned >= self.pass_mark


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionScore:
    """One criterion, scored.

    Attributes:
        id: its short name.
        title: the sentence the learner reads.
        outcome: of its checks, as text.
        earned: points earned.
        possible: points there are.
        checks: the checks that decided it.
    """

    id: str
    title: str
    outcome: str
    earned: Fraction
    possible: Fraction
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pins:
    """What was judged by what: digests that make a report repeatable.

    Attributes:
        submission: the learner's files.
        pack: assignment and hidden files.
        rubric: the rubric file.
        engine: the engine's version.
        recipe: recipe digest of the box's image family.
        proctor_recipe: recipe digest of the proctor's image family.
        published_secret: graded under the published secret of `grader check`; never an attempt, never certifiable.
        engine_digest: digest of the engine's own files; empty in reports from before it was pinned.
    """

    submission: str
    pack: str
    rubric: str
    engine: str
    recipe: str
    proctor_recipe: str
    published_secret: bool
    engine_digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What cannot repeat exactly: clock, host, usage.

    Attributes:
        attempt: the attempt's id, or empty for `grader check`.
        learner: who.
        number: n-th attempt.
        received_at: when it was submitted (UTC, ISO 8601).
        graded_at: when it was graded.
        duration_ms: how long grading took.
        sandbox: back end and its version.
        image: local image id of the box.
        spent: what was used beside what was allowed, by check name.
        printed: the tail of what the boxes printed, by check, for authors.
        repeated: empty, or what grading the same submission again showed.
        tenancy: `single` where each box was a container of its own, `cell` where prepared containers were shared.
        practice_only: why it can never be certified: what the back end could not account for, a sentence each.
        known_example: which of the pack's examples the files are the same program as, or empty. No finding: examples
            are no part of what judges, and are not pinned.
    """

    attempt: str
    learner: str
    number: int
    received_at: str
    graded_at: str
    duration_ms: int
    sandbox: str
    image: str
    spent: dict[str, Spent]
    printed: dict[str, str]
    repeated: str = ""
    tenancy: Tenancy = "single"
    practice_only: tuple[str, ...] = ()
    known_example: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that grading found. For authors; learners get a `LearnerReport`.

    Attributes:
        assignment: slug.
        title: the assignment's title.
        pins: what was judged by what.
        verdicts: one a check, in the rubric's order.
        criteria: scored, in the rubric's order.
        score: the total.
        passed: reached the pass mark, and nothing is pending.
        provisional: a check is pending.
        findings_digest: over pins and repeatable checks.
        report_digest: over findings, the other checks and the total.
        circumstances: what cannot repeat.
    """

    assignment: str
    title: str
    pins: Pins
    verdicts: tuple[Verdict, ...]
    criteria: tuple[CriterionScore, ...]
    score: Score
    passed: bool
    provisional: bool
    findings_digest: str
    report_digest: str
    circumstances: Circumstances


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
