"""The result of grading, whole: what authors see, and what is kept. Learners see `grader.model.learner_report`.

`findings` can be repeated and are what a digest covers; `circumstances` cannot and are not.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from grader.model.assignment import Tenancy
from grader.model.outcome import Spent, Verdict

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
