"""Draws graphs, and answers small ones by a method that nobody would hand in: relax every edge until all is still."""

import itertools
import math


def draw(rng, nodes, edges, *, highest=9):
    """Return a random graph: nodes are the numbers from 0 on, weights 0 to `highest`; its edges come in any order."""
    graph = {node: [] for node in range(nodes)}
    for _ in range(edges):
        graph[rng.randrange(nodes)].append((rng.randrange(nodes), rng.randint(0, highest)))
    return graph


def renamed(graph, rng):
    """Return the same graph under names of kinds that cannot be compared, and the name of each node."""
    kinds = (lambda node: node, lambda node: f"n{node}", lambda node: (node, "x"), lambda node: frozenset({node}))
    names = {node: kinds[node % len(kinds)](node) for node in graph}
    order = list(graph)
    rng.shuffle(order)
    return {names[node]: [(names[to], weight) for to, weight in graph[node]] for node in order}, names


def least(graph, start, cost):
    """Return the least cost of each node that can be reached, where cost(weight) is that of an edge (Bellman, Ford)."""
    found = dict.fromkeys(graph, math.inf)
    found[start] = 0
    for _ in graph:
        for node, edges in graph.items():
            for to, weight in edges:
                found[to] = min(found[to], found[node] + cost(weight))
    return {node: total for node, total in found.items() if total < math.inf}


def chain(length, rng):
    """Return a graph that is one long chain, its nodes in any order, and the chain."""
    order = list(range(length))
    rng.shuffle(order)
    following = dict(itertools.pairwise(order))
    graph = {node: [(following[node], rng.randint(1, 9))] if node in following else [] for node in range(length)}
    return graph, order


def acyclic(rng, nodes, edges):
    """Return a random graph without circles, and an order that is right."""
    order = list(range(nodes))
    rng.shuffle(order)
    graph = {node: [] for node in range(nodes)}
    for _ in range(edges):
        early, late = sorted(rng.sample(range(nodes), 2))
        graph[order[early]].append((order[late], rng.randint(0, 9)))
    return graph, order
