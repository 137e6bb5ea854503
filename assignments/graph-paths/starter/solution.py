"""Shortest paths in graphs: fill in each body; the README says exactly what is asked.

A graph is a dict from each node to the list of its edges, pairs (neighbour, weight).
"""


def hops(graph, start):
    """Return how many edges each node that can be reached is away from start."""
    raise NotImplementedError


def distances(graph, start):
    """Return the smallest sum of weights to each node that can be reached; ValueError for a negative weight."""
    raise NotImplementedError


def cheapest_path(graph, start, goal):
    """Return the nodes on a cheapest way from start to goal, or None."""
    raise NotImplementedError


def in_order(graph):
    """Return all nodes so that every edge leads forward; ValueError when they go round in a circle."""
    raise NotImplementedError
