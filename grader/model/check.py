"""The questions that a rubric can ask, one record a kind; each is judged in the file of `grader.checks` of that name.

Their fields are the keys of a table `[checks.<name>]`, and their docstrings the reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from grader.model.limits import Limits, TestLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class Tests:
    """Ordinary pytest files in `hidden/tests`, run in the proctor against the learner's box.

    Attributes:
        kind: `tests`.
        files: names in `hidden/tests`; every test in them counts.
        isolate: `test` (each test starts from a fresh fork of the state after import), `check` (one state for all),
            `box` (a new box for each test).
        all_or_nothing: a single failing test earns nothing.
        needs: checks that must have passed, else this one is SKIPPED.
        limits: replaces the assignment's limits for this check.
        test_limits: limits of single tests, by name (`test_sorts`) or by id (`test_sorting.py::test_sorts[1]`).
    """

    __test__ = False

    kind: Literal["tests"]
    files: tuple[str, ...]
    isolate: Literal["test", "check", "box"] = "test"
    all_or_nothing: bool = False
    needs: tuple[str, ...] = ()
    limits: Limits | None = None
    test_limits: Mapping[str, TestLimits] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """One corner of the line from metric to share of the points.

    Attributes:
        at: the metric, as a decimal text such as "0.90".
        earns: the share of the points there, as a decimal or a fraction such as "1/2".
    """

    at: Fraction
    earns: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How a model is asked again, to see that a prediction depends on its own row only.

    Attributes:
        subset: share of the rows (at most 1/2) asked again, shuffled, in another box.
        single_rows: how many rows are asked again one at a time, each in a box of its own.
        tolerance: largest difference between two numeric answers for the same row, as a decimal text.
        off_because: set to a sentence to switch all of it off; the sentence is printed in the report.
    """

    subset: Fraction = Fraction(1, 2)
    single_rows: int = 2
    tolerance: Fraction = Fraction(1, 10**6)
    off_because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What the reference solution reached over many draws, shown beside the learner's figure.

    Attributes:
        low: the lowest figure recorded, as a decimal text.
        high: the highest figure recorded.
    """

    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A figure of merit of a model on data it has never seen, computed in the proctor.

    Attributes:
        kind: `metric`.
        title: the name of the figure as the learner reads it, such as "F1".
        scorer: a scikit-learn scorer by name (`f1`, `neg_root_mean_squared_error`), or `file.py:function` in
            `hidden/` called with (labels, predictions).
        generator: a file in `hidden/` whose `generate(keys)` returns a draw; or
        data: a labelled CSV file in `hidden/`; the learner is then shown a band, never the figure.
        label: the label column of `data`.
        test_share: with `data`: the share of rows kept for the test.
        fit: the learner's function called with the training rows and labels; what it returns is the model.
        predict: the learner's function called with the model and rows; returns one answer a row, in order.
        each: every test row is a stream. `predict` is called with the model and one observation, again and again, and
            answers it before the next one exists in its box; each stream begins with the model as fitted.
        answers: what an answer must be: `int`, `float`, `str` or `bool`.
        answer_range: lowest and highest answer allowed, as decimal texts.
        thresholds: corners of the line from figure to share of the points, in rising order of `at`.
        draws: how many draws are made.
        combine: `mean` or `min` of the draws.
        decimals: to how many decimals the figure is rounded, half up, before it earns points.
        lower_is_better: the figure is a loss: thresholds fall with `at`.
        baseline: a function of the generator file, called with the draw: a naive answer's predictions.
        reference: what the reference solution reached.
        agreement: how the model is asked again.
        needs: checks that must have passed, else this one is SKIPPED.
        limits: replaces the assignment's limits for each fit and predict call.
    """

    kind: Literal["metric"]
    title: str
    scorer: str
    fit: str
    predict: str
    thresholds: tuple[Threshold, ...]
    generator: str = ""
    data: str = ""
    label: str = ""
    each: bool = False
    test_share: Fraction = Fraction(3, 10)
    answers: Literal["int", "float", "str", "bool"] = "int"
    answer_range: tuple[Fraction, Fraction] | None = None
    draws: int = 1
    combine: Literal["mean", "min"] = "mean"
    decimals: int = 3
    lower_is_better: bool = False
    baseline: str = ""
    reference: Reference | None = None
    agreement: Agreement = field(default_factory=Agreement)
    needs: tuple[str, ...] = ()
    limits: Limits | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Static:
    """What the source says without running it. A deterrent: rules on source text can be evaded.

    Attributes:
        kind: `static`.
        max_complexity: highest cyclomatic complexity of a function (radon).
        require_imports: modules that must be imported.
        forbid_imports: modules that must not be imported.
        require_calls: names that must be called.
        forbid_calls: names that must not be called, plain (`sorted`) or as a method (`.sort`).
        needs: checks that must have passed, else this one is SKIPPED.
    """

    kind: Literal["static"]
    max_complexity: int | None = None
    require_imports: tuple[str, ...] = ()
    forbid_imports: tuple[str, ...] = ()
    require_calls: tuple[str, ...] = ()
    forbid_calls: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


Check = Tests | Metric | Static
