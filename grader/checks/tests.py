"""`tests`: hidden pytest files. Passing needs positive evidence for exactly the tests that were announced."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from grader.checks import evidence
from grader.errors import EngineError
from grader.model import Item, Limits, Outcome, Tests, Usage, Verdict, Word
from grader.proctor.sitting import Sitting
from grader.scoring import outcome_of_items, share_of_items

TOGETHER = "These earn their points together: all of them, or none."


def examine(
    name: str, check: Tests, sitting: Sitting, expected: list[dict[str, str]], limits: Limits
) -> tuple[Verdict, Usage]:
    """Have the tests run, and judge the evidence."""
    order = {"kind": "tests", "files": list(check.files), "isolate": check.isolate, "model": sitting.model()}
    given, _done, usage = sitting.ask(name, order, limits)
    items = judge(expected, given)
    earned = share_of_items(items, all_or_nothing=check.all_or_nothing)
    verdict = Verdict(
        check=name,
        kind="tests",
        outcome=outcome_of_items(items, earned),
        earned=earned,
        items=items,
        notes=(TOGETHER,) if check.all_or_nothing else (),
    )
    return verdict, usage


def judge(expected: list[dict[str, str]], given: list[dict[str, Any]]) -> tuple[Item, ...]:
    """Return one item for each expected test; a test without evidence has not passed.

    Raises:
        EngineError: evidence for a test that was not announced, or given twice.
    """
    by_id: dict[str, dict[str, Any]] = {}
    announced = {test["id"] for test in expected}
    for one in given:
        if one.get("id") not in announced or one["id"] in by_id:
            message = f"the proctor gave evidence for {one.get('id')!r}, which was not announced or is there already"
            raise EngineError(message)
        by_id[one["id"]] = one
    missing = {"word": "FAILED", "detail": "no evidence: the test did not run to its end"}
    return tuple(_item(test, by_id.get(test["id"], missing)) for test in expected)


def _item(test: dict[str, str], given: dict[str, Any]) -> Item:
    outcome: Outcome = evidence.outcome(given)
    return Item(
        id=test["id"],
        sentence=test["sentence"] or "An unnamed test.",
        outcome=outcome,
        weight=Fraction(test["weight"]),
        hint=test["hint"],
        raised=evidence.raised(given) if outcome.word is Word.RAISED else "",
        detail=evidence.detail(given),
    )
