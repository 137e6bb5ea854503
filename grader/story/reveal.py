"""What a learner may see of a report: an allow-list, field by field.

Theory of operation. A hidden check sees inputs that must stay hidden, and a learner's code sees them too while it is
asked. So nothing that the learner's code chose may come back through us: no message, class name, output, line or node
id. Shown are the author's sentences and hints, outcomes, points, one of nine families of error, and usage in four steps
for the whole submission. Against a fixed labelled file a figure would tell labels one by one, and a time is what a
submission chooses it to be, so either becomes a band.
A field that is not named here is not shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Literal

from grader.model import (
    Check,
    CriterionScore,
    Figure,
    Growth,
    Item,
    Latency,
    LearnerCheck,
    LearnerCriterion,
    LearnerFigure,
    LearnerItem,
    LearnerReport,
    Metric,
    Pack,
    Report,
    Review,
    Spent,
    Tests,
    Verdict,
    Word,
)
from grader.scoring import decimal_text

STEPS = 4


def reveal(report: Report, pack: Pack) -> LearnerReport:
    """Return what the learner sees of `report`."""
    verdicts = {verdict.check: verdict for verdict in report.verdicts}
    circumstances = report.circumstances
    next_step, worth = _next_step(report, pack, verdicts)
    return LearnerReport(
        assignment=report.assignment,
        title=report.title,
        skill=pack.assignment.skill,
        attempt=circumstances.attempt,
        number=circumstances.number,
        learner=circumstances.learner,
        received_at=circumstances.received_at,
        score=report.score,
        passed=report.passed,
        provisional=report.provisional,
        criteria=tuple(_criterion(criterion, verdicts, pack) for criterion in report.criteria),
        next_step=next_step,
        next_step_worth=worth,
        cpu_step=_step(circumstances.spent.values(), "cpu_tenths"),
        memory_step=_step(circumstances.spent.values(), "memory_tenths"),
        repeated=circumstances.repeated,
        published_secret=report.pins.published_secret,
        submission_digest=report.pins.submission,
        findings_digest=report.findings_digest,
        report_digest=report.report_digest,
        known_example=bool(circumstances.known_example),
    )


def _criterion(criterion: CriterionScore, verdicts: dict[str, Verdict], pack: Pack) -> LearnerCriterion:
    return LearnerCriterion(
        title=criterion.title,
        earned=criterion.earned,
        possible=criterion.possible,
        checks=tuple(_check(verdicts[name], pack) for name in criterion.checks),
    )


def _check(verdict: Verdict, pack: Pack) -> LearnerCheck:
    asked = pack.rubric.checks[verdict.check]
    figure = verdict.figure
    return LearnerCheck(
        kind=verdict.kind,
        outcome=str(verdict.outcome),
        items=tuple(_item(item) for item in verdict.items),
        figure=_figure(figure, asked, verdict.earned)
        if figure is not None and isinstance(asked, Metric | Latency)
        else None,
        functions=verdict.functions,
        notes=verdict.notes,
    )


def _item(item: Item) -> LearnerItem:
    passed = item.outcome.word is Word.PASSED
    return LearnerItem(
        sentence=item.sentence,
        outcome=str(item.outcome),
        passed=passed,
        hint="" if passed else item.hint,
        raised=item.raised,
    )


def _figure(figure: Figure, asked: Metric | Latency, earned: Fraction) -> LearnerFigure:
    starts, full = _corners(asked)
    hidden = figure.fixed_data
    reference = asked.reference if isinstance(asked, Metric) else None
    return LearnerFigure(
        title=figure.title,
        value="" if hidden else figure.value,
        band=_band(figure, earned),
        starts=decimal_text(starts, asked.decimals),
        full=decimal_text(full, asked.decimals),
        baseline="" if hidden else figure.baseline,
        reference_low="" if reference is None else decimal_text(reference.low, asked.decimals),
        reference_high="" if reference is None else decimal_text(reference.high, asked.decimals),
        lower_is_better=_lower_is_better(asked),
    )


def _lower_is_better(asked: Metric | Latency) -> bool:
    return isinstance(asked, Latency) or asked.lower_is_better


def _corners(asked: Metric | Latency) -> tuple[Fraction, Fraction]:
    """Return where points start (the last corner that earns nothing) and are full (the first that earns most)."""
    worst_first = sorted(
        asked.thresholds, key=lambda corner: (corner.earns, -corner.at if _lower_is_better(asked) else corner.at)
    )
    most = max(corner.earns for corner in asked.thresholds)
    nothing = [corner for corner in worst_first if corner.earns == 0]
    starts = nothing[-1] if nothing else worst_first[0]
    full = next(corner for corner in worst_first if corner.earns == most)
    return starts.at, full.at


def _band(figure: Figure, earned: Fraction) -> str:
    if not figure.value:
        return "no figure"
    if earned == 0:
        return "below the points"
    return "all of the points" if earned == 1 else "part of the points"


def _step(spent: Iterable[Spent], field: Literal["cpu_tenths", "memory_tenths"]) -> int:
    """Return the highest use of a limit in four steps, 0 to 3."""
    tenths: int = max((getattr(one.used, field) for one in spent), default=0)
    return min(STEPS - 1, tenths * STEPS // 10)


def _next_step(report: Report, pack: Pack, verdicts: dict[str, Verdict]) -> tuple[str, Fraction]:
    """Return the one thing to try next that is worth most, and the points it is worth at most."""
    best, worth = "", Fraction(0)
    for criterion in report.criteria:
        for name in criterion.checks:
            whole = criterion.possible / len(criterion.checks)
            for step, share in _steps(verdicts[name], pack.rubric.checks[name]):
                if whole * share > worth:
                    best, worth = step, whole * share
    return best, worth


def _steps(verdict: Verdict, asked: Check) -> Iterator[tuple[str, Fraction]]:
    """Yield what could be tried for a check, each with the share of its points that it is worth at most."""
    unmet = [item for item in verdict.items if item.outcome.word is not Word.PASSED]
    if isinstance(asked, Metric | Latency):
        missing = 1 - verdict.earned
        for item in unmet:
            yield item.hint or item.sentence, missing
        if not unmet and missing:
            side = "below" if _lower_is_better(asked) else "to"
            yield f"Bring {asked.title} {side} {decimal_text(_corners(asked)[1], asked.decimals)}.", missing
        return
    if isinstance(asked, Review):
        better = next((level for level in asked.levels if level.share > verdict.earned), None)
        if better is not None and verdict.outcome.word in {Word.PARTIAL, Word.FAILED}:
            yield f"{better.title}: {better.sentence}", better.share - verdict.earned
        return
    together = isinstance(asked, Growth) or (isinstance(asked, Tests) and asked.all_or_nothing)
    whole = sum((item.weight for item in verdict.items), Fraction(0))
    for item in unmet:
        yield item.hint or item.sentence, Fraction(1) if together else item.weight / whole
