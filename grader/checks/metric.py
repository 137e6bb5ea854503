"""`metric`: a figure of merit, rounded as the rubric declares, then turned into points.

The proctor computes the figure; here it becomes an exact fraction, is combined over the draws, rounded once, and earns
what the rubric's corners say. A figure that is not finite is FAILED.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from grader.checks import evidence
from grader.errors import EngineError
from grader.model import Figure, Item, Limits, Metric, Outcome, Usage, Verdict, Word
from grader.proctor.judging import Judging
from grader.scoring import ONE, ZERO, decimal_text, round_half_up, share_of_figure

ANSWERS = "Answers every row, each with a value of the right kind."
EACH = "Answers each observation before it is told the next, with a value of the right kind."
AGREEMENT = "Gives a row the same answer alone, in a small group and among all."
AGREEMENT_HINT = "What does your prediction learn from the rows it is asked about? It should learn nothing."


def examine(name: str, check: Metric, judging: Judging, limits: Limits) -> tuple[Verdict, Usage]:
    """Have the model measured, and judge the figure."""
    _items, done, usage = judging.ask(name, _order(check), limits)
    return judge(name, check, done), usage


def judge(name: str, check: Metric, done: dict[str, Any]) -> Verdict:
    """Return the verdict for what was measured.

    Raises:
        EngineError: fewer or other figures than were asked for.
    """
    if done.get("word"):
        outcome = evidence.outcome(done)
        return _verdict(
            name, check, done, outcome, ZERO, Figure(title=check.title, value="", fixed_data=bool(check.data))
        )
    draws, baselines = _numbers(done.get("draws")), _numbers(done.get("baselines"))
    if len(draws) != check.draws:
        message = f"the proctor gave {len(draws)} figures for {check.draws} draws"
        raise EngineError(message)
    value = _combine(check, draws)
    figure = Figure(
        title=check.title,
        value="" if value is None else decimal_text(value, check.decimals),
        draws=tuple("" if draw is None else decimal_text(draw, check.decimals) for draw in draws),
        baseline=_text(_combine(check, baselines), check.decimals) if baselines else "",
        fixed_data=bool(check.data),
    )
    if value is None:
        return _verdict(name, check, done, Outcome(Word.FAILED), ZERO, figure)
    earned = share_of_figure(value, check.thresholds)
    word = Word.PASSED if earned == ONE else Word.PARTIAL if earned > 0 else Word.FAILED
    return _verdict(name, check, done, Outcome(word), earned, figure)


def _order(check: Metric) -> dict[str, Any]:
    agreement = check.agreement
    return {
        "kind": "metric",
        "scorer": check.scorer,
        "generator": check.generator,
        "data": check.data,
        "label": check.label,
        "test_share": str(check.test_share),
        "fit": check.fit,
        "predict": check.predict,
        "each": check.each,
        "answers": check.answers,
        "answer_range": [str(end) for end in check.answer_range] if check.answer_range else None,
        "draws": check.draws,
        "baseline": check.baseline,
        "subset": str(agreement.subset),
        "single_rows": agreement.single_rows,
        "tolerance": str(agreement.tolerance),
        "agreement_off": bool(agreement.off_because),
    }


def _numbers(texts: Any) -> list[Fraction | None]:
    """Return floats written by `repr` as exact fractions, None for those that are not finite."""
    if not isinstance(texts, list):
        message = "the proctor gave no list of figures"
        raise EngineError(message)
    values = [float(str(text)) for text in texts]
    return [Fraction(value) if math.isfinite(value) else None for value in values]


def _combine(check: Metric, draws: list[Fraction | None]) -> Fraction | None:
    finite = [draw for draw in draws if draw is not None]
    if len(finite) != len(draws) or not finite:
        return None
    worst = max if check.lower_is_better else min
    combined = worst(finite) if check.combine == "min" else sum(finite, ZERO) / len(finite)
    return round_half_up(combined, check.decimals)


def _text(value: Fraction | None, decimals: int) -> str:
    return "" if value is None else decimal_text(value, decimals)


def _verdict(
    name: str, check: Metric, done: dict[str, Any], outcome: Outcome, earned: Fraction, figure: Figure
) -> Verdict:
    off = check.agreement.off_because
    return Verdict(
        check=name,
        kind="metric",
        outcome=outcome,
        earned=earned,
        items=_items(check, done, outcome),
        figure=figure,
        notes=(f"Rows were not asked again: {off}",) if off else (),
    )


def _items(check: Metric, done: dict[str, Any], outcome: Outcome) -> tuple[Item, ...]:
    """Return the conditions of the figure; an unmet one, or whatever stopped the measuring, is told with it."""
    stopped, detail = str(done.get("item", "")), evidence.detail(done)
    unmet = outcome if done.get("word") else Outcome(Word.PASSED)
    raised = evidence.raised(done)
    answers = Item(
        id="answers",
        sentence=EACH if check.each else ANSWERS,
        outcome=Outcome(Word.PASSED) if stopped == "agreement" else unmet,
        detail="" if stopped == "agreement" else detail,
        raised=raised,
    )
    agrees = Item(
        id="agreement",
        sentence=AGREEMENT,
        outcome=unmet if stopped == "agreement" or not done.get("word") else Outcome(Word.SKIPPED, "answers"),
        hint=AGREEMENT_HINT,
        detail=detail if stopped == "agreement" else "",
    )
    return (answers,) if check.each or check.agreement.off_because else (answers, agrees)
