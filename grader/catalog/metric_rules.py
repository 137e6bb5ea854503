"""What must hold of a metric beyond the types of its keys."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import pairwise

from grader.catalog.sheet import Sheet
from grader.catalog.wording import KeyPath, nearest, shown
from grader.model import Agreement, Metric

Tell = Callable[[KeyPath, str], None]

_SCORER = re.compile(r"[a-z][a-z0-9_]*|(?P<file>[\w./-]+\.py):[A-Za-z_]\w*")
_LINE_END = re.compile(rb"[\r\n]")
_HALF, _ONE = Fraction(1, 2), Fraction(1)
_MOST_DRAWS, _MOST_DECIMALS, _MOST_SINGLE_ROWS = 50, 9, 100


def look_at_metric(sheet: Sheet, path: KeyPath, metric: Metric, hidden: Mapping[str, bytes]) -> None:
    """Write down everything that is wrong with one metric."""

    def tell(key: KeyPath, sentence: str) -> None:
        sheet.problem((*path, *key), sentence)

    _look_at_source(tell, metric, hidden)
    _look_at_names(tell, metric, hidden)
    _look_at_thresholds(tell, metric)
    _look_at_numbers(tell, metric)
    _look_at_streams(tell, metric)


def _look_at_source(tell: Tell, metric: Metric, hidden: Mapping[str, bytes]) -> None:
    """Rows come from a generator or from a file with labels, which exists."""
    if bool(metric.generator) == bool(metric.data):
        found = "both" if metric.data else "neither"
        tell((), f"found {found} of generator and data; expected exactly one")
    for key, name in (("generator", metric.generator), ("data", metric.data)):
        if name and name not in hidden:
            tell((key,), f"found {shown(name)}, which is not in hidden; {nearest(name, hidden)}")
    if metric.generator and not metric.generator.endswith(".py"):
        tell(("generator",), f"found {shown(metric.generator)}; expected a .py file")
    if metric.data and not metric.label:
        tell(("label",), "is missing; expected the label column of data")
    if metric.label and metric.data in hidden:
        _look_at_columns(tell, metric.label, hidden[metric.data])
    if metric.label and not metric.data:
        tell(("label",), "is for a metric with data; a generator returns its labels; remove it")
    if metric.baseline and not metric.generator:
        tell(("baseline",), "is for a metric with a generator, whose file holds the function; remove it")


def _look_at_columns(tell: Tell, label: str, table: bytes) -> None:
    """The first line of a CSV file names the label; it ends as the proctor's reader has it, at either line end."""
    first = _LINE_END.split(table, maxsplit=1)[0].decode(errors="replace").lstrip("\ufeff")
    try:
        columns = next(csv.reader([first]), [])
    except csv.Error:  # a name longer than its limit
        tell(("data",), "found a first line that cannot be read; expected the names of columns, with commas between")
        return
    if label not in columns:
        tell(("label",), f"found {shown(label)}, which is no column of data; {nearest(label, columns)}")


def _look_at_names(tell: Tell, metric: Metric, hidden: Mapping[str, bytes]) -> None:
    """What is called can be a name, and a scorer's file exists."""
    if not metric.title.strip() or not metric.title.isprintable():
        tell(("title",), f"found {shown(metric.title)}; expected the figure's name, such as F1")
    for key in ("fit", "predict", "baseline"):
        name = getattr(metric, key)
        if not name.isidentifier() and not (key == "baseline" and not name):
            tell((key,), f"found {shown(name)}; expected the name of a function")
    scorer = _SCORER.fullmatch(metric.scorer)
    if not scorer:
        tell(("scorer",), f'found {shown(metric.scorer)}; expected a name such as "f1", or "file.py:function"')
    elif scorer["file"] and scorer["file"] not in hidden:
        tell(
            ("scorer",),
            f"found the file {shown(scorer['file'])}, which is not in hidden; {nearest(scorer['file'], hidden)}",
        )


def _look_at_thresholds(tell: Tell, metric: Metric) -> None:
    """Corners go one way: the better the figure, the more it earns."""
    corners = metric.thresholds
    if not corners:
        tell(("thresholds",), "found an empty list; expected at least one corner")
    for at, corner in enumerate(corners):
        if not 0 <= corner.earns <= 1:
            tell(("thresholds", at, "earns"), f"found {corner.earns}; expected a share from 0 to 1")
    for at, (left, right) in enumerate(pairwise(corners), start=1):
        if right.at <= left.at:
            tell(("thresholds", at, "at"), f"found {right.at} after {left.at}; expected `at` to rise")
        wrong = right.earns > left.earns if metric.lower_is_better else right.earns < left.earns
        if wrong:
            way = "fall, since lower_is_better" if metric.lower_is_better else "rise (or set lower_is_better)"
            tell(("thresholds", at, "earns"), f"found {right.earns} after {left.earns}; expected `earns` to {way}")
    if metric.lower_is_better and corners and corners[0].earns == corners[-1].earns:
        tell(("thresholds",), "found corners that all earn the same; a loss needs two, where `earns` falls")


def _look_at_streams(tell: Tell, metric: Metric) -> None:
    """Streams come from a generator, are scored by the author's function, and are asked once."""
    if not metric.each:
        return
    if metric.data:
        tell(("each",), "found true beside data; streams come from a generator")
    if ":" not in metric.scorer:
        tell(("scorer",), f'found {shown(metric.scorer)}; with each = true expected "file.py:function"')
    if metric.agreement != Agreement():
        tell(("agreement",), "is for rows, which can be asked again in other company; a stream cannot: remove it")


def _look_at_numbers(tell: Tell, metric: Metric) -> None:
    """Shares, counts and ranges are what they can be."""
    agreement, reference, answers = metric.agreement, metric.reference, metric.answer_range
    rules: tuple[tuple[bool, KeyPath, object, str], ...] = (
        (0 < agreement.subset <= _HALF, ("agreement", "subset"), agreement.subset, "more than 0 and at most 1/2"),
        (
            0 <= agreement.single_rows <= _MOST_SINGLE_ROWS,
            ("agreement", "single_rows"),
            agreement.single_rows,
            f"0 to {_MOST_SINGLE_ROWS}",
        ),
        (agreement.tolerance >= 0, ("agreement", "tolerance"), agreement.tolerance, "0 or more"),
        (0 < metric.test_share < _ONE, ("test_share",), metric.test_share, "more than 0 and less than 1"),
        (1 <= metric.draws <= _MOST_DRAWS, ("draws",), metric.draws, f"1 to {_MOST_DRAWS}"),
        (0 <= metric.decimals <= _MOST_DECIMALS, ("decimals",), metric.decimals, f"0 to {_MOST_DECIMALS}"),
    )
    for holds, key, found, expected in rules:
        if not holds:
            tell(key, f"found {found}; expected {expected}")
    if reference and reference.low > reference.high:
        tell(("reference", "low"), f"found {reference.low}, above high = {reference.high}; expected it below")
    if answers and answers[0] > answers[1]:
        tell(("answer_range",), f"found {answers[0]} before {answers[1]}; expected the lowest first")
