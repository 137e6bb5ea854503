"""A report to look at: what pictures, template authors and tests of the pages are made from.

In the package rather than beside the tests, because whoever edits a template needs one at hand, and because one sample
that everybody shows cannot drift from another. The learner's and the author's report tell the same attempt.
"""

from __future__ import annotations

from fractions import Fraction

from grader.canonical import digest
from grader.model import (
    Allowance,
    Circumstances,
    CriterionScore,
    Figure,
    FunctionComplexity,
    Item,
    LearnerCheck,
    LearnerCriterion,
    LearnerFigure,
    LearnerItem,
    LearnerReport,
    Limits,
    Outcome,
    Pins,
    Report,
    Score,
    Spent,
    Usage,
    Verdict,
    Word,
)

PASSED, PARTIAL, FAILED = Outcome(Word.PASSED), Outcome(Word.PARTIAL), Outcome(Word.FAILED)
SCORE = Score(earned=Fraction(85), possible=Fraction(100), pass_mark=Fraction(60))
HINT = "what does your `predict` learn from the messages it is asked about? It should learn nothing."
REPEATED = "The same findings, on another host, on 24 November 2026."

ITEMS = (
    Item(
        id="test_interface.py::test_one_label_each",
        sentence="Returns one label for each message, in order.",
        outcome=PASSED,
    ),
    Item(id="test_interface.py::test_empty", sentence="Accepts an empty list.", outcome=PASSED),
    Item(
        id="test_interface.py::test_alone_and_in_a_crowd",
        sentence="Gives a message the same label alone and in a crowd.",
        outcome=FAILED,
        hint=HINT,
        detail="assert [1, 0, 0] == [1, 1, 0]\n  at index 1: alone 0, in a crowd 1",
    ),
)

FUNCTIONS = (
    FunctionComplexity(name="predict", complexity=3, allowed=10),
    FunctionComplexity(name="clean", complexity=6, allowed=10),
)

TITLES = ("Finds spam it has never seen", "Behaves like a library function should", "Readable")
EARNED = (Fraction(45), Fraction(20), Fraction(20))
POSSIBLE = (Fraction(50), Fraction(30), Fraction(20))


def learner_report() -> LearnerReport:
    """Return what a learner is shown of the sample attempt."""
    figure = LearnerFigure(
        title="F1",
        value="0.954",
        band="part of the points",
        starts="0.900",
        full="0.960",
        baseline="0.340",
        reference_low="0.951",
        reference_high="0.968",
        lower_is_better=False,
    )
    items = tuple(
        LearnerItem(
            sentence=item.sentence,
            outcome=str(item.outcome),
            passed=item.outcome == PASSED,
            hint=item.hint,
            raised=item.raised,
        )
        for item in ITEMS
    )
    checks = (
        LearnerCheck(kind="metric", outcome="PARTIAL", items=(), figure=figure, functions=(), notes=()),
        LearnerCheck(kind="tests", outcome="PARTIAL", items=items, figure=None, functions=(), notes=()),
        LearnerCheck(kind="static", outcome="PASSED", items=(), figure=None, functions=FUNCTIONS, notes=()),
    )
    rows = zip(TITLES, EARNED, POSSIBLE, checks, strict=True)
    return LearnerReport(
        assignment="spam-detector",
        title="Spam detector",
        skill="nlp/projects-that-get-you-hired",
        attempt="k7d2-m9qx",
        number=3,
        learner="Amina Yusuf",
        received_at="2026-11-23T14:02:11Z",
        score=SCORE,
        passed=True,
        provisional=False,
        criteria=tuple(
            LearnerCriterion(title=title, earned=earned, possible=possible, checks=(check,))
            for title, earned, possible, check in rows
        ),
        next_step="Your predictions change when messages arrive one at a time. Fit the vectoriser once, in `fit`.",
        next_step_worth=Fraction(10),
        cpu_step=0,
        memory_step=1,
        repeated=REPEATED,
        published_secret=False,
        submission_digest=digest("submission"),
        findings_digest=digest("findings"),
        report_digest=digest("report"),
    )


def author_report() -> Report:
    """Return all of the sample attempt."""
    figure = Figure(title="F1", value="0.954", draws=("0.948", "0.961", "0.953"), baseline="0.340")
    verdicts = (
        Verdict(check="unseen", kind="metric", outcome=PARTIAL, earned=Fraction(9, 10), figure=figure),
        Verdict(check="interface", kind="tests", outcome=PARTIAL, earned=Fraction(2, 3), items=ITEMS),
        Verdict(check="style", kind="static", outcome=PASSED, earned=Fraction(1), functions=FUNCTIONS),
    )
    rows = zip(verdicts, TITLES, EARNED, POSSIBLE, strict=True)
    return Report(
        assignment="spam-detector",
        title="Spam detector",
        pins=_pins(),
        verdicts=verdicts,
        criteria=tuple(
            CriterionScore(
                id=verdict.check,
                title=title,
                outcome=str(verdict.outcome),
                earned=earned,
                possible=possible,
                checks=(verdict.check,),
            )
            for verdict, title, earned, possible in rows
        ),
        score=SCORE,
        passed=True,
        provisional=False,
        findings_digest=digest("findings"),
        report_digest=digest("report"),
        circumstances=_circumstances(),
    )


def _pins() -> Pins:
    """Return what the sample was judged by."""
    return Pins(
        submission=digest("submission"),
        pack=digest("pack"),
        rubric=digest("rubric"),
        engine="0.1.0",
        recipe=digest("python-ml"),
        proctor_recipe=digest("python-ml"),
        published_secret=False,
        engine_digest=digest("engine"),
    )


def _circumstances() -> Circumstances:
    """Return what the sample happened to use."""
    fit = Usage(
        cpu_ms=1430,
        wall_ms=1910,
        peak_memory_kb=148_000,
        output_bytes=2210,
        boxes=12,
        cpu_tenths=1,
        memory_tenths=2,
    )
    allowed = Allowance.of(Limits())
    tests = Usage(cpu_ms=610, wall_ms=880, peak_memory_kb=131_000, boxes=1, memory_tenths=2)
    return Circumstances(
        attempt="k7d2-m9qx",
        learner="Amina Yusuf",
        number=3,
        received_at="2026-11-23T14:02:11Z",
        graded_at="2026-11-23T14:02:14Z",
        duration_ms=2960,
        sandbox="docker 27.3.1, runc",
        image=digest("image"),
        spent={
            "unseen": Spent(used=fit, allowed=allowed),
            "interface": Spent(
                used=tests,
                allowed=allowed,
                tests={item.id: Spent(used=Usage(cpu_ms=205, wall_ms=290), allowed=allowed) for item in ITEMS},
            ),
            "style": Spent(used=Usage(), allowed=allowed),
        },
        printed={"unseen": "fitting on 1200 messages\nvocabulary: 8713 words\n"},
        repeated=REPEATED,
    )
