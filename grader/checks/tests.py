"""`tests`: hidden pytest files. Passing needs positive evidence for exactly the tests that were announced."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from grader.checks import evidence
from grader.errors import AuthorError, EngineError
from grader.model import Allowance, Item, Limits, Outcome, Spent, Tests, Verdict, Word
from grader.proctor.judging import Judging
from grader.scoring import outcome_of_items, share_of_items

TOGETHER = "These earn their points together: all of them, or none."
COMPILER = "What the compiler says:"
MOST_OF_THE_COMPILER = 1800
"""Characters of the compiler's words in a report: the first faults, which cause most of the others."""


def examine(
    name: str, check: Tests, judging: Judging, expected: list[dict[str, str]], limits: Limits
) -> tuple[Verdict, Spent]:
    """Have the tests run, and judge the evidence."""
    order: Mapping[str, Any] = {
        "kind": "tests",
        "files": list(check.files),
        "isolate": check.isolate,
        "build": check.build,
        "model": judging.model(),
    }
    own = limits_of_tests(name, check, [test["id"] for test in expected], limits)
    given, done, usage = judging.ask(name, order, limits, own)
    items = judge(expected, given)
    earned = share_of_items(items, all_or_nothing=check.all_or_nothing)
    verdict = Verdict(
        check=name,
        kind="tests",
        outcome=outcome_of_items(items, earned),
        earned=earned,
        items=items,
        notes=(*((TOGETHER,) if check.all_or_nothing else ()), *compiler_words(done)),
    )
    each = {
        one["id"]: Spent(used=one["usage"], allowed=Allowance.of(own.get(one["id"], limits)))
        for one in given
        if "usage" in one
    }
    return verdict, Spent(used=usage, allowed=Allowance.of(limits), tests=each)


def compiler_words(done: Mapping[str, Any]) -> tuple[str, ...]:
    """Return a note with what the compiler said of files that it did not take, or none.

    Learners may read it: it was said before there was any input, in a box that held their own files and public ones.
    """
    said = str(done.get("compiler") or "")[: 2 * MOST_OF_THE_COMPILER]
    words = "".join(one if one.isprintable() or one in "\n\t" else "?" for one in said).strip()
    if not words:
        return ()
    lines = words[:MOST_OF_THE_COMPILER].splitlines()
    whole = len(words) <= MOST_OF_THE_COMPILER
    return ("\n".join([COMPILER, *(lines if whole else [*lines[:-1], "..."])]),)


def limits_of_tests(name: str, check: Tests, ids: list[str], limits: Limits) -> dict[str, Limits]:
    """Return the limits of those tests that have their own, by id.

    Raises:
        AuthorError: the rubric names a test that is not there.
    """
    found: dict[str, Limits] = {}
    for key, own in check.test_limits.items():
        meant = [test for test in ids if key in {test, _function(test)}]
        if not meant:
            close = difflib.get_close_matches(key, [*map(_function, ids), *ids], n=1, cutoff=0)
            raise AuthorError(
                f"rubric: checks.{name}.test_limits: found {key!r}, which is no test of {', '.join(check.files)}",
                hidden=f"the nearest there is: {close[0] if close else 'none'}",
            )
        found |= dict.fromkeys(meant, own.within(limits))
    return found


def _function(test: str) -> str:
    """Return the name of the function of a test id."""
    return test.rpartition("::")[2].partition("[")[0]


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
