"""What whoever recovers the random streams of a draw knows beyond what crossed, for each pack with a generator.

The strongest such cheat is not one that recovers a stream, but one that is handed it. So each function here runs the
pack's generator again with the keys of the draw, and returns the rows with all that those streams say which anything
crossing was drawn from.
"""

from __future__ import annotations

import runpy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.proctor.inside.keys import Keys

ASSIGNMENTS = Path(__file__).parents[2] / "assignments"
Draw = Mapping[str, Any]
Uncover = Callable[[dict[str, Any], Keys], Draw]


@dataclass(frozen=True, slots=True)
class Case:
    """How a pack's streams are made use of.

    Attributes:
        uncover: from the generator's names and the draw's keys to a draw whose rows say all that the streams say.
        why: what the streams say beyond the rows.
    """

    uncover: Uncover
    why: str


def generator(slug: str, file: str) -> dict[str, Any]:
    """Return the names of a pack's generator."""
    return runpy.run_path(str(ASSIGNMENTS / slug / "hidden" / file))


def example(slug: str, name: str) -> dict[str, Any]:
    """Return the names of a golden submission of one module."""
    return runpy.run_path(str(ASSIGNMENTS / slug / "examples" / name / "solution.py"))


def _customers(names: dict[str, Any], keys: Keys) -> Draw:
    drawn = dict(names["generate"](keys))
    whole = names["generate"].__globals__
    holes, new_words = whole["HOLES"], whole["NEW_WORDS"]
    whole["HOLES"] = whole["NEW_WORDS"] = 0.0
    try:
        uncovered = names["generate"](keys)
    finally:
        whole["HOLES"], whole["NEW_WORDS"] = holes, new_words
    return drawn | {part: uncovered[part] for part in ("train_rows", "test_rows")}


def _machines(names: dict[str, Any], keys: Keys) -> Draw:
    drawn = names["generate"](keys)
    world = names["draw_world"](keys.part("world"))
    for part in ("train", "test"):
        table = drawn[f"{part}_rows"]
        under = keys.part(part).numpy("seen").normal(size=table.shape)
        whole = (under + world["middles"]) * world["scales"]
        for at, column in enumerate(world["order"]):
            if column != 7:  # of this one the hole itself speaks, and not what is under it
                table[f"r{at}"] = whole[:, column]
    return dict(drawn)


def _ratings(names: dict[str, Any], keys: Keys) -> Draw:
    drawn = names["drawn"]
    whole = drawn.__globals__
    named = whole["named"]
    whole["named"] = lambda pairs, _codes: pairs
    try:
        return dict(names["generate"](keys))
    finally:
        whole["named"] = named


CASES: Mapping[str, Case] = {
    "leak-free-pipeline": Case(_customers, "the numbers and words under holes"),
    "movie-recommender": Case(_ratings, "the order in which people and movies were drawn"),
    "trees-boosting": Case(_machines, "the readings under holes"),
}
"""Packs with a metric on what a generator draws."""
OPEN: Mapping[str, str] = {
    "cnn-digits": "every number is a hash of a key (SHAKE-256), and no output of a hash tells another: noise, hand and "
    "alphabet stay unknown; PyTorch is not here",
    "drift-monitor": "that a change has set in follows from the batches that crossed: to see it is the exercise; "
    "when one will set in is drawn by a stream that nothing crosses from",
    "ffn-backprop-adam": "the label is the arm on which a point lies: without the noise it could be read off the point",
    "keras-basics": "the bin is the corner in which the row itself lies, by directions and names drawn by streams that "
    "nothing crosses from; which train labels are wrong is drawn by another, and no test label is; Keras is not here",
    "kmeans-scratch": "the label is the best division of the very rows that cross: to find it is the exercise",
    "spam-detector": "what the streams of messages gave stands in them; what is spam, and which labels are wrong, is "
    "drawn by streams that nothing crosses from",
    "spacy-tickets": "what the streams of tickets gave stands in them, but for mistyped letters, which say nothing of "
    "a team; who looks after what, and whose ticket comes when, is drawn by streams that nothing crosses from",
}
"""Packs whose rows cover nothing, so that no stream of theirs can say more than they do; and why."""
