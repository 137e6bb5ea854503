"""A figure of merit on rows that the model has never seen.

Theory of operation. Labels of the test rows stay here. Fitting happens in one box; every prediction in a box of its own
that holds the artefact and the rows asked about, in an order drawn for that call, and nothing else. So a model can know
of a row only what the row says: the same row asked again in other company (a shuffled subset) and alone must get the
same answer, which a model that fits on the test rows, counts them or remembers their order does not give.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from fractions import Fraction
from typing import Any

from grader.proctor.inside import data
from grader.proctor.inside.boxes import Boxes
from grader.proctor.inside.data import Draw, PackError
from grader.proctor.inside.handles import Handle
from grader.proctor.inside.keys import Keys
from grader.proctor.inside.model import Model

Order = dict[str, Any]
Score = Callable[[Sequence[Any], Sequence[Any]], float]

LARGEST = sys.float_info.max
_PLAIN = {int, float, str, bool}
_KINDS: dict[str, tuple[type, ...]] = {"int": (int,), "float": (float, int), "str": (str,), "bool": (bool,)}


class WrongAnswers(Exception):
    """The predictions are not what was asked for; the message is for authors.

    Attributes:
        item: `answers` or `agreement`.
    """

    def __init__(self, item: str, detail: str) -> None:
        super().__init__(detail)
        self.item = item


def measure(order: Order, boxes: Boxes, keys: Keys) -> dict[str, Any]:
    """Return figures, as exact texts of floats: `{"draws": [...], "baselines": [...]}`.

    Raises:
        PackError: the author's files are wrong.
        WrongAnswers: the predictions are not what was asked for.
        BaseException: what the submission raised, or a bad answer.
    """
    score = _scorer(order["scorer"])
    measure_draw = _score_streams if order["each"] else _score_model
    draws, baselines = [], []
    for number in range(order["draws"]):
        part = keys.part("metric").part(order["check"]).part(str(number))
        draw = _draw(order, part)
        draws.append(repr(measure_draw(order, draw, Model(boxes, order["fit"], order["predict"]), part, score)))
        if order["baseline"]:
            baselines.append(repr(_score_baseline(order, draw, score)))
    return {"draws": draws, "baselines": baselines}


def _draw(order: Order, keys: Keys) -> Draw:
    if order["data"]:
        return data.read_labelled(order["data"], order["label"], Fraction(order["test_share"]), keys)
    return data.generate(order["generator"], keys)


def _score_model(order: Order, draw: Draw, model: Model, keys: Keys, score: Score) -> float:
    count, singles = len(draw.test_labels), order["single_rows"]
    subset = int(count * Fraction(order["subset"]))
    asked = [list(range(count))]
    if not order["agreement_off"]:
        rng = keys.rng("agreement")
        asked += [rng.sample(range(count), subset)] if subset else []
        asked += [[row] for row in rng.sample(range(count), min(singles, count))]
    shuffle = keys.rng("order").shuffle
    try:
        model.prepare(1 + len(asked))
        model.fit(draw.train_rows, draw.train_labels)
        answers = []
        for rows in asked:
            shuffle(rows)
            given = _answers(order, model.predict(data.pick(draw.test_rows, rows)), len(rows))
            answers.append(dict(zip(rows, given, strict=True)))
    finally:
        model.close()
    _check_agreement(answers[0], answers[1:], Fraction(order["tolerance"]))
    return _score(score, draw.test_labels, [answers[0][row] for row in range(count)])


def _score_streams(order: Order, draw: Draw, model: Model, keys: Keys, score: Score) -> float:
    """Ask stream by stream, each from the same artefact in a box of its own, in an order that says nothing."""
    rows = list(range(len(draw.test_rows)))
    keys.rng("order").shuffle(rows)
    given: list[list[Any]] = [[] for _ in rows]
    try:
        model.prepare(1 + len(rows))
        model.fit(draw.train_rows, draw.train_labels)
        for row in rows:
            with closing(model.stream()) as stream:
                answers = stream.answers(draw.test_rows[row])
            given[row] = _answers(order, answers, len(answers))
    finally:
        model.close()
    try:
        return score(draw.test_labels, given)
    except Exception as error:
        raise PackError(f"the scorer raised {error!r} on answers of the right kind") from error


def _score(score: Score, labels: Sequence[Any], predictions: list[Any]) -> float:
    """Return the figure; predictions that the scorer trips over where it takes the labels are wrong ones."""
    try:
        return score(labels, predictions)
    except Exception as error:
        score(labels, list(labels))
        raise WrongAnswers("answers", f"the scorer cannot take these predictions: {error!r}"[:500]) from error


def _answers(order: Order, given: Any, count: int) -> list[Any]:
    """Return the predictions as a list of plain values, one a row.

    Raises:
        WrongAnswers: another number of them, or one of another kind, not finite or out of range.
    """
    try:
        plain = _as_list(given, count)
    except (TypeError, ValueError, OverflowError) as error:
        raise WrongAnswers("answers", f"predictions that are no list of values: {error!r}"[:500]) from error
    if not _all_right(order, plain):
        for value in plain:
            _check_kind(order, value)
    return plain


def _all_right(order: Order, plain: list[Any]) -> bool:
    """Whether every value is what was asked for, as far as it can be told of all at once; else each is looked at."""
    kinds = set(map(type, plain))
    if not kinds.issubset(_KINDS[order["answers"]]):
        return False
    if kinds.isdisjoint((int, float)):
        return True
    try:
        finite = all(map(math.isfinite, plain))
    except OverflowError:
        return False
    within = [Fraction(bound) for bound in order["answer_range"] or (-LARGEST, LARGEST)]
    return finite and within[0] <= min(plain) and max(plain) <= within[1]


def _as_list(given: Any, count: int) -> list[Any]:
    if type(given) is Handle:
        raise WrongAnswers("answers", "predictions came as an object, not as a list")
    if hasattr(given, "index") and hasattr(given, "iloc"):
        if sorted(given.index.tolist()) != list(range(count)):
            raise WrongAnswers("answers", "the index of the predictions is not that of the rows")
        given = given.sort_index()
    values = given.tolist() if hasattr(given, "tolist") and hasattr(given, "dtype") else given
    if type(values) not in (list, tuple):
        raise WrongAnswers("answers", f"predictions came as {type(given).__name__}, not as a list")
    if len(values) != count:
        raise WrongAnswers("answers", f"{len(values)} predictions for {count} rows")
    kinds = set(map(type, values))
    if kinds <= _PLAIN:
        return list(values)
    if Handle in kinds:
        raise WrongAnswers("answers", "a prediction came as an object, not as a value")
    return [value.item() if hasattr(value, "dtype") else value for value in values]


def _check_kind(order: Order, value: Any) -> None:
    if type(value) not in _KINDS[order["answers"]]:
        raise WrongAnswers("answers", f"a prediction is {type(value).__name__}, not {order['answers']}")
    if type(value) in (int, float):
        if not -LARGEST <= value <= LARGEST:
            raise WrongAnswers("answers", "a prediction is not finite, or beyond all numbers")
        if order["answer_range"] and not Fraction(order["answer_range"][0]) <= value <= Fraction(
            order["answer_range"][1]
        ):
            raise WrongAnswers("answers", "a prediction is out of range")


def _check_agreement(all_rows: dict[int, Any], again: list[dict[int, Any]], tolerance: Fraction) -> None:
    for answers in again:
        for row, answer in answers.items():
            first = all_rows[row]
            if type(first) is type(answer) and first == answer:
                continue
            near = type(first) is float or type(answer) is float
            if abs(first - answer) > tolerance if near else first != answer:
                raise WrongAnswers(
                    "agreement", f"a row got {first!r} among {len(all_rows)} and {answer!r} among {len(answers)}"
                )


def _score_baseline(order: Order, draw: Draw, score: Score) -> float:
    function = data.hidden_function(order["generator"], order["baseline"])
    parts = {part: getattr(draw, part) for part in data.PARTS}
    try:
        return score(draw.test_labels, list(function(parts)))
    except Exception as error:
        raise PackError(f"hidden/{order['generator']}: {order['baseline']} raised {error!r}") from error


def _scorer(name: str) -> Score:
    """Return the function that scores: the author's own, or a scikit-learn scorer by name."""
    if ":" in name:
        file, _, function = name.partition(":")
        own = data.hidden_function(file, function)
        return lambda labels, predictions: float(own(labels, predictions))
    from sklearn import metrics
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

    try:
        scorer = metrics.get_scorer(name)
    except ValueError as error:
        raise PackError(f"scorer {name!r}: not known to scikit-learn") from error

    import numpy as np

    class Answered(ClassifierMixin, RegressorMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
        """An estimator that has answered already: its rows are its predictions."""

        def __init__(self, labels: Sequence[Any]) -> None:
            self.labels = labels
            self.classes_ = np.unique(np.asarray(labels))

        def fit(self, _rows: Any, _labels: Any) -> Answered:
            return self

        def predict(self, rows: Any) -> Any:
            return rows

        decision_function = predict

    def score(labels: Sequence[Any], predictions: Sequence[Any]) -> float:
        return float(scorer(Answered(labels), np.asarray(predictions), labels))

    return score
