"""Who recovers the random streams of what crossed knows no more of the held-out labels than the source alone says."""

from __future__ import annotations

import random
from collections.abc import Mapping
from statistics import mean
from typing import Any

import pytest
from recovery.mersenne import recovered
from recovery.uncovered import CASES, OPEN, Draw, example, generator

from grader import catalog
from grader.model import Metric, Pack
from grader.proctor.inside.keys import Keys
from grader.settings import Settings

ROOTS = Settings.from_environment([]).assignments
DRAWS = 4
KNOWS_THE_SOURCE = "cheat-knows-the-generator"
LUCK = 0.01
"""Two means of four draws may differ by so much."""
PACKS = {slug: catalog.load(slug, ROOTS) for slug in catalog.slugs(ROOTS)}


def metric(pack: Pack) -> Metric | None:
    return next((check for check in pack.rubric.checks.values() if isinstance(check, Metric) and check.generator), None)


def test_every_metric_on_drawn_data_is_tried_here_or_says_why_not():
    measured = {slug for slug, pack in PACKS.items() if metric(pack) and not pack.assignment.draft}
    assert measured == {*CASES, *OPEN}


def test_a_generator_that_draws_labels_from_the_stream_of_its_rows_gives_them_away():
    """The positive control: from numbers that crossed, the labels that did not are recovered to the last one."""
    keys = Keys(b"k" * 32)
    one_stream = keys.rng("rows and labels")
    crossed = [one_stream.getrandbits(32) for _ in range(1000)]
    labels = [one_stream.random() < 0.5 for _ in range(500)]
    assert [recovered(crossed).random() < 0.5 for _ in range(1)] == labels[:1]
    thief = recovered(crossed)
    assert [thief.random() < 0.5 for _ in range(500)] == labels


def test_a_stream_of_its_own_gives_nothing_away():
    """The same thief, with the same numbers, against labels of a stream of their own: as good as by lot."""
    keys = Keys(b"k" * 32)
    rows, own = keys.rng("rows"), keys.rng("labels")
    thief = recovered([rows.getrandbits(32) for _ in range(1000)])
    labels = [own.random() < 0.5 for _ in range(2000)]
    right = mean((thief.random() < 0.5) == label for label in labels)
    assert 0.45 < right < 0.55


def figure(names: Mapping[str, Any], draw: Draw, score: Any) -> float:
    """Return what a submission reaches on a draw."""
    model = names["train"](draw["train_rows"], draw["train_labels"])
    return float(score(draw["test_labels"], names["predict"](model, draw["test_rows"])))


@pytest.mark.parametrize("slug", CASES)
@pytest.mark.parametrize("who", ["cheat", "reference"])
def test_streams_say_nothing_of_the_labels(slug, who):
    """Neither the cheat that knows the source nor the reference gets better by all that the streams say."""
    case, check = CASES[slug], metric(PACKS[slug])
    assert check is not None
    names = generator(slug, check.generator)
    score = _score(check, names)
    told, untold = [], []
    for number in range(DRAWS):
        keys = Keys(b"recovered streams").part(str(number))
        submission = example(slug, KNOWS_THE_SOURCE if who == "cheat" else "reference")
        random.seed(number)
        untold.append(figure(submission, names["generate"](keys), score))
        told.append(figure(submission, case.uncover(names, keys), score))
    gain = mean(untold) - mean(told) if check.lower_is_better else mean(told) - mean(untold)
    assert gain <= LUCK, f"{case.why}: {mean(untold):.4f}, and {mean(told):.4f} with them"


@pytest.mark.parametrize("slug", [*CASES, *OPEN])
def test_the_source_alone_does_not_pass(slug):
    """The example that knows the generator's source is graded in the golden suite, and expected not to pass."""
    (known,) = (one for one in catalog.examples(slug, ROOTS) if one.name == KNOWS_THE_SOURCE)
    assert not known.expect.passed
    assert known.expect.points < PACKS[slug].rubric.pass_mark


def _score(check: Metric, names: Mapping[str, Any]) -> Any:
    from sklearn import metrics  # noqa: PLC0415 - a second that only these tests need

    own = {"roc_auc": metrics.roc_auc_score, "f1": metrics.f1_score, "accuracy": metrics.accuracy_score}
    return names[check.scorer.partition(":")[2]] if ":" in check.scorer else own[check.scorer]
