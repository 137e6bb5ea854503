"""hops: breadth first."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

graphs = SimpleNamespace(**run_path(str(Path(__file__).with_name("graphs.py"))))


@pytest.mark.hint("When is a node's number of steps settled: when you first see it, or when you see it last?")
def test_counts_the_fewest_edges(submission, rng):
    """Counts the fewest edges to every node that can be reached, and names no other."""
    for nodes in (1, 2, 3, 5, 8, 12, 12, 20, 20, 30):
        graph = graphs.draw(rng, nodes, 2 * nodes)
        assert submission.hops(graph, 0) == graphs.least(graph, 0, lambda _: 1)


@pytest.mark.hint("Does anything in your walk look at a weight, or walk an edge backwards?")
def test_does_not_look_at_weights(submission, rng):
    """Takes a short dear way for shorter than a long cheap one, and an edge for one-way."""
    cheap = rng.randint(0, 2)
    graph = {
        0: [(1, cheap), (4, 1000)],
        1: [(2, cheap)],
        2: [(3, cheap)],
        3: [(4, cheap)],
        4: [(5, 1)],
        5: [],
        6: [(0, 0)],
    }
    assert submission.hops(graph, 0) == {0: 0, 1: 1, 2: 2, 3: 3, 4: 1, 5: 2}


@pytest.mark.hint("Does anything compare one node with another?")
def test_nodes_of_any_kind(submission, rng):
    """Takes numbers, texts and tuples for nodes, in one graph."""
    plain = graphs.draw(rng, 24, 60)
    graph, names = graphs.renamed(plain, rng)
    assert submission.hops(graph, names[0]) == {
        names[node]: steps for node, steps in graphs.least(plain, 0, lambda _: 1).items()
    }


@pytest.mark.hint("How deep does your function call itself?")
def test_walks_a_long_chain(submission, rng):
    """Walks a chain of five thousand nodes."""
    graph, order = graphs.chain(5_000, rng)
    right = submission.hops(graph, order[0]) == {node: at for at, node in enumerate(order)}
    assert right


@pytest.mark.hint("How often is a node looked at that many edges lead to?")
def test_walks_a_dense_graph(submission, rng):
    """Walks layers of nodes where countless ways lead to the end."""
    width, layers = 10, 9
    graph = {0: [(1 + at, 1) for at in range(width)]}
    for layer in range(layers):
        first = 1 + layer * width
        after = [(first + width + at, 1) for at in range(width)] if layer + 1 < layers else []
        graph.update((first + at, rng.sample(after, len(after))) for at in range(width))
    assert submission.hops(graph, 0) == {0: 0} | {1 + at: 1 + at // width for at in range(width * layers)}


@pytest.mark.hint("Do you take nodes out of the graph as you go?")
def test_leaves_the_graph_alone(box, rng):
    """Leaves the graph as it was."""
    graph = graphs.draw(rng, 12, 30)
    out = box.call("hops", graph, 0)
    assert out.value == graphs.least(graph, 0, lambda _: 1)
    assert out.args[0] == graph
