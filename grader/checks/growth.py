"""`growth`: how a cost grows with the size of the input, by its slope and beside the reference. All of it, or nothing.

The slope is that of the straight line that comes nearest to log(cost) over log(size), where a size counts the more the
larger it is: small inputs say more of overheads than of growth. A slope alone would let through whoever is slow at
every size, a ratio alone who is only slower the further it goes; so both are asked. Counted calls repeat exactly,
processor time does not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from grader.checks import evidence
from grader.errors import EngineError
from grader.model import Growth, Item, Limits, Outcome, Usage, Verdict, Word
from grader.proctor.judging import Judging
from grader.scoring import ONE, ZERO, decimal_text, round_half_up

DECIMALS = 2
"""Of slopes and ratios, before they are judged."""
ELSEWHERE = 2
"""At smaller sizes the ratio may be so many times what it may be at the largest."""
ANSWERS = "Gives the right answer at every size."
LEAST = "Learns what there is to know by asking: no answer can be known with fewer {title}."
SLOPE = "With the size of the input, {title} grow with its power {bound} at most."
RATIO = "At the largest size {title} are at most {bound} times the reference's, at the others twice that."
_SMALLEST = {"calls": Fraction(1), "cpu": Fraction(1, 1000)}
"""What costs less counts as this: a logarithm needs something, and clocks are not finer."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one size cost.

    Attributes:
        size: of the input.
        learner: the middle cost of the draws.
        reference: the reference's.
        forged: a draw cost less than any right answer can.
    """

    size: int
    learner: Fraction
    reference: Fraction
    forged: bool


def examine(name: str, check: Growth, judging: Judging, limits: Limits) -> tuple[Verdict, Usage]:
    """Have the cost measured at every size, and judge how it grows."""
    order = {
        "kind": "growth",
        "function": check.function,
        "generator": check.generator,
        "agrees": check.agrees,
        "sizes": list(check.sizes),
        "by": check.by,
        "draws": check.draws,
    }
    _items, done, usage = judging.ask(name, order, limits)
    return judge(name, check, done), usage


def judge(name: str, check: Growth, done: dict[str, Any]) -> Verdict:
    """Return the verdict for what was measured.

    Raises:
        EngineError: other costs than were asked for.
    """
    if done.get("word"):
        outcome = evidence.outcome(done)
        answers = Item(
            id="answers",
            sentence=ANSWERS,
            outcome=outcome,
            raised=evidence.raised(done),
            detail=evidence.detail(done),
        )
        return _verdict(name, check, outcome, ZERO, (answers,))
    costs = _costs(check, done.get("costs"))
    items = (Item(id="answers", sentence=ANSWERS, outcome=Outcome(Word.PASSED)), *_items(check, costs))
    earned = ONE if all(item.outcome.word is Word.PASSED for item in items) else ZERO
    return _verdict(name, check, Outcome(Word.PASSED if earned else Word.FAILED), earned, items)


def slope(costs: Sequence[tuple[int, Fraction]]) -> Fraction:
    """Return the slope of log(cost) over log(size) by weighted least squares, rounded half up.

    Args:
        costs: size and cost, sizes rising; the n-th has the weight n.
    """
    points = [(rank, math.log(size), math.log(cost)) for rank, (size, cost) in enumerate(costs, start=1)]
    whole = sum(weight for weight, _, _ in points)
    middle_x = sum(weight * x for weight, x, _ in points) / whole
    middle_y = sum(weight * y for weight, _, y in points) / whole
    along = sum(weight * (x - middle_x) * (y - middle_y) for weight, x, y in points)
    return round_half_up(Fraction(along / sum(weight * (x - middle_x) ** 2 for weight, x, _ in points)), DECIMALS)


def _items(check: Growth, costs: Sequence[Cost]) -> list[Item]:
    items = []
    if check.by == "calls":
        forged = any(cost.forged for cost in costs)
        items.append(_item("least", LEAST.format(title=check.title), kept=not forged, detail=""))
    found = slope([(cost.size, cost.learner) for cost in costs])
    ratios = [round_half_up(cost.learner / cost.reference, DECIMALS) for cost in costs]
    table = ", ".join(f"{cost.size}: {float(cost.learner):g} / {float(cost.reference):g}" for cost in costs)
    *others, largest = ratios
    near = largest <= check.max_ratio and all(one <= ELSEWHERE * check.max_ratio for one in others)
    bounds = {"title": check.title}
    items.append(
        _item(
            "slope",
            SLOPE.format(bound=_text(check.max_slope), **bounds),
            kept=found <= check.max_slope,
            detail=f"slope {decimal_text(found, DECIMALS)}; {table}",
        )
    )
    items.append(
        _item(
            "ratio",
            RATIO.format(bound=_text(check.max_ratio), **bounds),
            kept=near,
            detail=f"ratios {', '.join(decimal_text(one, DECIMALS) for one in ratios)}",
        )
    )
    return items


def _costs(check: Growth, told: Any) -> list[Cost]:
    try:
        costs = [_cost(check, one) for one in told]
    except (TypeError, ValueError, KeyError, IndexError, OverflowError) as error:
        message = "the proctor gave costs that are none"
        raise EngineError(message) from error
    if [cost.size for cost in costs] != list(check.sizes):
        message = f"the proctor gave costs of other sizes than {check.sizes}"
        raise EngineError(message)
    return costs


def _cost(check: Growth, told: dict[str, Any]) -> Cost:
    learner, reference, least = (
        [Fraction(float(cost)) for cost in told[key]] for key in ("learner", "reference", "least")
    )
    if not len(learner) == len(reference) == len(least) == check.draws:
        raise ValueError
    return Cost(
        size=int(told["size"]),
        learner=max(_middle(learner), _SMALLEST[check.by]),
        reference=max(_middle(reference), _SMALLEST[check.by]),
        forged=any(cost < bound for cost, bound in zip(learner, least, strict=True)),
    )


def _middle(costs: Sequence[Fraction]) -> Fraction:
    return sorted(costs)[len(costs) // 2]


def _text(bound: Fraction) -> str:
    return f"{float(bound):g}"


def _item(name: str, sentence: str, *, kept: bool, detail: str) -> Item:
    return Item(id=name, sentence=sentence, outcome=Outcome(Word.PASSED if kept else Word.FAILED), detail=detail)


def _verdict(name: str, check: Growth, outcome: Outcome, earned: Fraction, items: tuple[Item, ...]) -> Verdict:
    return Verdict(
        check=name, kind="growth", outcome=outcome, earned=earned, items=items, repeatable=check.by == "calls"
    )
