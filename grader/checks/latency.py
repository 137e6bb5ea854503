"""`latency`: the time of a request as a multiple of the reference's, measured in turns on the same host.

A round is a turn of each side with the same requests. Its ratio is that of the two sides' percentiles; the middle one
of the rounds' ratios is the figure, so that a moment in which the machine was busy is outvoted. One timing at a time is
done on a host. The figure cannot repeat exactly, and the learner is shown a band: a submission could choose how long it
takes, and so tell what it was asked.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from grader.checks import evidence
from grader.errors import EngineError
from grader.model import Figure, Item, Latency, Limits, Outcome, Usage, Verdict, Word
from grader.proctor.judging import Judging
from grader.sandbox.timing import one_at_a_time
from grader.scoring import ONE, ZERO, decimal_text, round_half_up, share_of_figure

ANSWERS = "Answers every timed request rightly; each is another one."
PERCENTILES = {"p50": Fraction(1, 2), "p95": Fraction(19, 20)}


def examine(name: str, check: Latency, judging: Judging, limits: Limits) -> tuple[Verdict, Usage]:
    """Have both sides timed, alone on this host as far as we are asked, and judge the ratio.

    Raises:
        EngineError: others time for too long.
    """
    order = {
        "kind": "latency",
        "by": check.by,
        "function": check.function,
        "generator": check.generator,
        "agrees": check.agrees,
        "rounds": check.rounds,
        "requests": check.requests,
        "warm_up": check.warm_up,
    }
    with one_at_a_time():
        _items, done, usage = judging.ask(name, order, limits)
    return judge(name, check, done), usage


def judge(name: str, check: Latency, done: dict[str, Any]) -> Verdict:
    """Return the verdict for what was timed.

    Raises:
        EngineError: other times than were asked for.
    """
    if done.get("word"):
        return _verdict(name, check, evidence.outcome(done), ZERO, "", done)
    rounds = _rounds(check, done.get("rounds"))
    told = {word: round_half_up(ratio(rounds, PERCENTILES[word]), check.decimals) for word in PERCENTILES}
    value = told[check.percentile]
    earned = share_of_figure(value, check.thresholds)
    word = Word.PASSED if earned == ONE else Word.PARTIAL if earned > 0 else Word.FAILED
    shown = {"detail": ", ".join(f"{one} {decimal_text(told[one], check.decimals)}" for one in told)}
    return _verdict(name, check, Outcome(word), earned, decimal_text(value, check.decimals), shown)


def ratio(rounds: Sequence[tuple[Sequence[Fraction], Sequence[Fraction]]], share: Fraction) -> Fraction:
    """Return the middle one of the rounds' ratios, the upper one of two.

    Args:
        rounds: the learner's times and the reference's, of each round.
        share: of a round's times that are at most the one which counts (nearest rank).
    """
    ratios = sorted(percentile(mine, share) / percentile(theirs, share) for mine, theirs in rounds)
    return ratios[len(ratios) // 2]


def percentile(times: Sequence[Fraction], share: Fraction) -> Fraction:
    """Return the smallest of `times` that at least `share` of them do not exceed."""
    return sorted(times)[math.ceil(share * len(times)) - 1]


def _rounds(check: Latency, told: Any) -> list[tuple[list[Fraction], list[Fraction]]]:
    if not isinstance(told, list) or len(told) != check.rounds:
        message = f"the proctor did not give {check.rounds} rounds"
        raise EngineError(message)
    try:
        rounds = [
            ([Fraction(float(time)) for time in mine], [Fraction(float(time)) for time in theirs])
            for mine, theirs in told
        ]
    except (TypeError, ValueError, OverflowError) as error:
        message = "the proctor gave times that are none"
        raise EngineError(message) from error
    if any(len(times) != check.requests or min(times) <= 0 for both in rounds for times in both):
        message = f"the proctor did not give {check.requests} times of each side, all above 0"
        raise EngineError(message)
    return rounds


def _verdict(
    name: str, check: Latency, outcome: Outcome, earned: Fraction, value: str, done: dict[str, Any]
) -> Verdict:
    answers = Item(
        id="answers",
        sentence=ANSWERS,
        outcome=Outcome(Word.PASSED) if value else outcome,
        raised=evidence.raised(done),
        detail=evidence.detail(done),
    )
    return Verdict(
        check=name,
        kind="latency",
        outcome=outcome,
        earned=earned,
        items=(answers,),
        figure=Figure(title=check.title, value=value, fixed_data=True),
        repeatable=False,
    )
