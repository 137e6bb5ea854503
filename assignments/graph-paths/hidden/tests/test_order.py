"""in_order: a topological order. Any one is right, so the edges are looked at."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

graphs = SimpleNamespace(**run_path(str(Path(__file__).with_name("graphs.py"))))


def leads_forward(graph, order):
    """Whether it is a list of all nodes, each once, and every edge leads to a later one."""
    try:
        place = {node: at for at, node in enumerate(order)}
    except TypeError:  # no list, or not of nodes
        return False
    complete = type(order) is list and len(order) == len(place) == len(graph) and set(place) == set(graph)
    return complete and all(place[node] < place[to] for node, edges in graph.items() for to, _ in edges)


@pytest.mark.hint("When may a node be taken: what must have been taken before it?")
def test_every_edge_leads_forward(submission, rng):
    """Puts every node before those that its edges lead to."""
    for nodes in (2, 3, 5, 8, 12, 20, 30, 30):
        graph, _ = graphs.acyclic(rng, nodes, 2 * nodes)
        assert leads_forward(graph, submission.in_order(graph))


@pytest.mark.hint("Which nodes does nothing lead to, and which lead nowhere? Are they in your list?")
def test_names_every_node(submission, rng):
    """Names every node once, also one without edges, and none when there are none."""
    graph, _ = graphs.acyclic(rng, 10, 12)
    graph["alone"] = []
    assert leads_forward(graph, submission.in_order(graph))
    assert submission.in_order({"alone": []}) == ["alone"]
    assert submission.in_order({}) == []


@pytest.mark.hint("You meet a node that you have met: was it on the way here, or is it done?")
@pytest.mark.parametrize("length", [1, 2, 3, 30])
def test_refuses_a_circle(submission, rng, length):
    """Raises ValueError when edges go round in a circle, wherever it is."""
    graph, order = graphs.acyclic(rng, 40, 60)
    picked = sorted(rng.sample(range(40), length))
    ring = [order[at] for at in picked]
    for before, after in zip(ring, ring[1:] + ring[:1], strict=True):
        graph[before].append((after, 1))
    with pytest.raises(ValueError):
        submission.in_order(graph)


def test_a_node_can_be_met_twice(submission, rng):
    """Takes two ways to the same node for no circle, and two edges for one."""
    graph = {"a": [("b", 1), ("c", 1), ("c", 2)], "b": [("d", 1)], "c": [("d", 1)], "d": []}
    graph = {node: rng.sample(graph[node], len(graph[node])) for node in rng.sample("abcd", 4)}
    assert leads_forward(graph, submission.in_order(graph))


@pytest.mark.hint("How deep does your function call itself?")
def test_orders_a_long_chain(submission, rng):
    """Orders a chain of three thousand nodes, which has one order only."""
    graph, order = graphs.chain(3_000, rng)
    right = submission.in_order(graph) == order
    assert right


@pytest.mark.hint("How often do you look through all nodes for one that can be taken?")
def test_is_fast(submission, rng):
    """Orders ten thousand nodes in time."""
    graph, order = graphs.chain(10_000, rng)
    for _ in range(10_000):
        early, late = sorted(rng.sample(range(10_000), 2))
        graph[order[early]].append((order[late], 1))
    right = submission.in_order(graph) == order
    assert right


def test_nodes_of_any_kind(submission, rng):
    """Takes numbers, texts and tuples for nodes, in one graph."""
    graph, _ = graphs.renamed(graphs.acyclic(rng, 24, 50)[0], rng)
    assert leads_forward(graph, submission.in_order(graph))


def test_leaves_the_graph_alone(box, rng):
    """Leaves the graph as it was."""
    graph, order = graphs.chain(12, rng)
    out = box.call("in_order", graph)
    assert out.value == order
    assert out.args[0] == graph
