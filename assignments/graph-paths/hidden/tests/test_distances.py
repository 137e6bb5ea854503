"""distances: Dijkstra."""

import itertools
from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

graphs = SimpleNamespace(**run_path(str(Path(__file__).with_name("graphs.py"))))


def cost(weight):
    return weight


@pytest.mark.hint("When is a distance final: when a node is first seen, or when it is taken as the nearest of all?")
def test_adds_up_the_least_cost(submission, rng):
    """Finds the least cost to every node that can be reached, and names no other."""
    for nodes in (1, 2, 3, 5, 8, 12, 12, 20, 20, 30):
        graph = graphs.draw(rng, nodes, 3 * nodes)
        assert submission.distances(graph, 0) == graphs.least(graph, 0, cost)


@pytest.mark.hint("What becomes of a distance that is found first and beaten later?")
def test_a_long_way_can_be_cheap(submission, rng):
    """Prefers many cheap edges to one dear edge."""
    steps = rng.randint(20, 40)
    graph = {node: [(node + 1, 1), (steps, 2 * (steps - node))] for node in range(steps)}
    graph[steps] = []
    assert submission.distances(graph, 0) == {node: node for node in range(steps + 1)}


@pytest.mark.hint("Does an `if` of yours take 0 for nothing?")
def test_zero_is_a_weight(submission, rng):
    """Takes zero for a weight like any other, and the least of several edges."""
    dear = rng.randint(3, 9)
    graph = {
        0: [(1, dear), (1, 0), (2, dear)],
        1: [(2, 0), (0, 0)],
        2: [(3, dear), (0, 0)],
        3: [(3, 0), (4, 0), (0, 1)],
        4: [],
    }
    assert submission.distances(graph, 0) == {0: 0, 1: 0, 2: 0, 3: dear, 4: dear}
    graph = graphs.draw(rng, 30, 120, highest=1)
    assert submission.distances(graph, 0) == graphs.least(graph, 0, cost)


@pytest.mark.hint("Two entries of your heap cost the same: what does Python compare next?")
def test_nodes_of_any_kind(submission, rng):
    """Takes numbers, texts and tuples for nodes, in one graph, also when they cost the same."""
    plain = graphs.draw(rng, 30, 120, highest=2)
    graph, names = graphs.renamed(plain, rng)
    assert submission.distances(graph, names[0]) == {names[node]: d for node, d in graphs.least(plain, 0, cost).items()}


@pytest.mark.hint("Which edges have you looked at by the time that your function returns?")
@pytest.mark.parametrize("place", ["near", "far", "apart"])
def test_refuses_a_negative_weight(submission, rng, place):
    """Raises ValueError for a negative weight anywhere in the graph."""
    graph, order = graphs.chain(8, rng)
    graph["apart"] = []
    at = {"near": order[0], "far": order[-2], "apart": "apart"}[place]
    graph[at] = [*graph[at], (order[-1], -rng.randint(1, 3))]
    with pytest.raises(ValueError):
        submission.distances(graph, order[0])


@pytest.mark.hint("How long does it take you to find the nearest of the nodes that are not settled?")
def test_is_fast(submission, rng):
    """Finds its way among fifteen thousand nodes in time."""
    order = list(range(15_000))
    rng.shuffle(order)
    graph = {node: [] for node in order}
    expected, total = {order[0]: 0}, 0
    for before, after in itertools.pairwise(order):  # the cheap way visits all of them, in this order
        step = rng.randint(0, 3)
        total += step
        expected[after] = total
        graph[before].append((after, step))
    for _ in range(30_000):
        early, late = sorted((rng.randrange(len(order)), rng.randrange(len(order))))
        dear = expected[order[late]] - expected[order[early]] + rng.randint(0, 50)
        graph[order[early]].append((order[late], dear))
    right = submission.distances(graph, order[0]) == expected
    assert right


def test_leaves_the_graph_alone(box, rng):
    """Leaves the graph as it was."""
    graph = graphs.draw(rng, 12, 30)
    out = box.call("distances", graph, 0)
    assert out.value == graphs.least(graph, 0, cost)
    assert out.args[0] == graph
