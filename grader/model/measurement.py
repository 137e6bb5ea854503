"""The questions that end in a figure: how good a model is, how long an answer takes, how its cost grows.

They stand apart from the other checks because they share what these do not have: data out of `hidden/` that is asked
of the learner's work, and a figure that is read beside a threshold or the reference's. Fields are keys of
`[checks.<name>]`, as in `grader.model.check`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from grader.model.limits import Limits


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
class Latency:
    """How long an answer takes beside the reference's, on the same machine, in turns. It cannot repeat exactly.

    Attributes:
        kind: `latency`.
        title: the name of the figure as the learner reads it, such as "Time beside the reference's".
        generator: a file in `hidden/` whose `requests(keys)` yields tuples, each different: arguments of the function,
            or method, path and perhaps options of a request, as `service.request` takes them.
        thresholds: corners of the line from ratio to share of the points; `earns` falls as `at` rises.
        by: how an answer is asked for: `call` (of a function) or `request` (of a web service, kind `service`).
        function: by `call`, the learner's function that is called; the reference has one of the same name.
        agrees: a function of the generator file, called with the tuple, the learner's answer and the reference's, or
            their responses; without it they must be equal, responses in status and body.
        percentile: which time of a round is judged: `p50` is the middle one, `p95` that of the slow ones.
        rounds: turns of each side; the middle of their ratios is judged.
        requests: timed requests of a turn.
        warm_up: requests before each turn that are checked and not timed.
        decimals: to how many decimals the ratio is rounded, half up, before it earns points.
        needs: checks that must have passed, else this one is SKIPPED.
        limits: replaces the assignment's limits for each request.
    """

    kind: Literal["latency"]
    title: str
    generator: str
    thresholds: tuple[Threshold, ...]
    by: Literal["call", "request"] = "call"
    function: str = ""
    agrees: str = ""
    percentile: Literal["p50", "p95"] = "p50"
    rounds: int = 5
    requests: int = 10
    warm_up: int = 2
    decimals: int = 1
    needs: tuple[str, ...] = ()
    limits: Limits | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """How what a function costs grows with the size of its input, by itself and beside the reference.

    Attributes:
        kind: `growth`.
        title: the name of the cost as the learner reads it, such as "comparisons".
        function: the learner's function that is called; the reference has one of the same name.
        generator: a file in `hidden/` whose `case(size, keys)` returns what is asked at a size.
        sizes: of the input, rising.
        max_slope: highest slope of the cost over the size, both as logarithms: 1 is linear, 2 is quadratic.
        max_ratio: highest cost at the largest size as a multiple of the reference's; twice that at the others.
        by: `calls` (of the function that is lent, counted exactly) or `cpu` (processor time, measured from outside).
        draws: cases of each size; the middle cost counts.
        agrees: a function of the generator file, called with the case, the learner's answer and the right one; without
            it they must be equal.
        needs: checks that must have passed, else this one is SKIPPED.
        limits: replaces the assignment's limits for each call.
    """

    kind: Literal["growth"]
    title: str
    function: str
    generator: str
    sizes: tuple[int, ...]
    max_slope: Fraction
    max_ratio: Fraction
    by: Literal["calls", "cpu"] = "calls"
    draws: int = 1
    agrees: str = ""
    needs: tuple[str, ...] = ()
    limits: Limits | None = None
