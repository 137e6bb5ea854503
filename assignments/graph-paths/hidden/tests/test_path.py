"""cheapest_path: the way itself. Any cheapest way is right, so its edges are looked up and added."""

import itertools
from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

graphs = SimpleNamespace(**run_path(str(Path(__file__).with_name("graphs.py"))))


def total(graph, path):
    """Return what a path costs by the cheapest edges between its nodes; KeyError where there is none."""
    cheapest = {}
    for node, edges in graph.items():
        for to, weight in edges:
            cheapest[node, to] = min(weight, cheapest.get((node, to), weight))
    return sum(cheapest[pair] for pair in itertools.pairwise(path))


def is_cheapest(graph, start, goal, path, cost):
    """Whether it is a list, leads from start to goal along edges, and costs what it must."""
    try:
        return type(path) is list and (path[0], path[-1]) == (start, goal) and total(graph, path) == cost
    except (KeyError, IndexError, TypeError):  # an edge that is not there, no node at all, a node that cannot be one
        return False


@pytest.mark.hint("For each node, which node did you come from when its cost was last beaten?")
def test_finds_a_cheapest_way(submission, rng):
    """Gives a way along edges that are there, at the least cost there is."""
    asked = 0
    for nodes in (5, 8, 12, 12, 20, 20, 30):
        graph = graphs.draw(rng, nodes, 3 * nodes)
        costs = graphs.least(graph, 0, lambda weight: weight)
        for goal in rng.sample(sorted(costs), min(4, len(costs))):
            assert is_cheapest(graph, 0, goal, submission.cheapest_path(graph, 0, goal), costs[goal])
            asked += 1
    assert asked > 0


@pytest.mark.hint("What comes first in your list: where you begin or where you end?")
def test_gives_the_only_way(submission, rng):
    """Gives the whole of a long chain, from its start to its goal."""
    graph, order = graphs.chain(3_000, rng)
    right = submission.cheapest_path(graph, order[0], order[-1]) == order
    assert right


def test_start_is_the_goal(submission, rng):
    """Gives one node when the start is the goal, whatever edges it has."""
    graph = {0: [(1, rng.randint(0, 9)), (0, 0)], 1: [(0, 0)]}
    assert submission.cheapest_path(graph, 0, 0) == [0]


@pytest.mark.hint("What do you know of a node that nothing leads to?")
def test_no_way_is_none(submission, rng):
    """Gives None when there is no way, also when there is one back."""
    graph, order = graphs.chain(10, rng)
    graph["moon"] = []
    ways = [submission.cheapest_path(graph, order[-1], order[0]), submission.cheapest_path(graph, order[0], "moon")]
    assert ways == [None, None]
    assert submission.cheapest_path(graph, order[0], order[-1]) == order


@pytest.mark.hint("Does an `if` of yours take the node 0, or an empty text, for nothing?")
def test_nodes_of_any_kind(submission, rng):
    """Takes numbers, texts and tuples for nodes, in one graph."""
    graph, names = graphs.renamed(graphs.draw(rng, 30, 120, highest=2), rng)
    graph[""] = [(names[0], 1)]
    costs = graphs.least(graph, "", lambda weight: weight)
    for goal in rng.sample(list(costs), min(8, len(costs))):
        assert is_cheapest(graph, "", goal, submission.cheapest_path(graph, "", goal), costs[goal])


def test_leaves_the_graph_alone(box, rng):
    """Leaves the graph as it was."""
    graph, order = graphs.chain(12, rng)
    out = box.call("cheapest_path", graph, order[0], order[-1])
    assert out.value == order
    assert out.args[0] == graph
