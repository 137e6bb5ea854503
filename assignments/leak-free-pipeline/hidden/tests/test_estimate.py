"""estimate: what it says of a table with something to learn, and of tables with nothing."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

customers = SimpleNamespace(**run_path(str(Path(__file__).parents[1] / "customers.py")))


def roc_auc(labels, scores):
    """Return the share of pairs of one that leaves and one that stays that are in the right order; ties count half."""
    labels, ranks = np.array(labels), pd.Series(scores).rank().to_numpy()
    leave, stay = (labels == 1).sum(), (labels == 0).sum()
    return (ranks[labels == 1].sum() - leave * (leave + 1) / 2) / (leave * stay)


def by_lot(rng, size):
    """Return labels that nothing says anything of: three in ten leave."""
    return rng.permutation([1] * round(0.3 * size) + [0] * round(0.7 * size)).tolist()


@pytest.mark.hint("Which rows has your model seen when you judge it?")
@pytest.mark.parametrize(("strength", "least"), [(1.0, 0.72), (0.35, 0.5)], ids=["much", "little"])
def test_is_right_where_there_is_something_to_learn(submission, keys, strength, least):
    """Expects what is then reached on new rows, give or take 0.08, be there much to learn or little."""
    world = customers.draw_world(keys.part("world"))
    table, odds = customers.customers(world, keys.part("table"), 1000, strength=strength)
    labels = customers.leaving(odds, keys.numpy("labels"))
    later, odds = customers.customers(world, keys.part("later"), 2000, new_words=0.04, strength=strength)
    told = submission.predict(submission.train(table, labels), later)
    reached = roc_auc(customers.leaving(odds, keys.numpy("later labels")), told)
    assert reached > least
    assert abs(float(submission.estimate(table, labels)) - reached) <= 0.08


@pytest.mark.hint("A word's share of leavers is learnt from labels: from the labels of which rows?")
def test_expects_nothing_of_words_by_lot(submission, keys):
    """Expects about 0.5 of a table with many words and nothing to learn."""
    table, _ = customers.customers(customers.draw_world(keys.part("world")), keys.part("table"), 1000)
    assert 0.4 <= float(submission.estimate(table, by_lot(keys.numpy("labels"), 1000))) <= 0.6


@pytest.mark.hint("If columns are chosen by how well they go with the labels, which rows choose them?")
def test_expects_nothing_of_many_columns_by_lot(submission, keys):
    """Expects about 0.5 of a table with hundreds of columns and nothing to learn."""
    said = []
    for number in range(4):
        cells = keys.numpy(f"cells {number}").normal(size=(100, 200))
        table = pd.DataFrame(cells, columns=[f"x{column}" for column in range(200)])
        table["word"] = keys.numpy(f"words {number}").choice(["yes", "no"], 100)
        said.append(float(submission.estimate(table, by_lot(keys.numpy(f"labels {number}"), 100))))
    assert 0.35 <= np.mean(said) <= 0.65
