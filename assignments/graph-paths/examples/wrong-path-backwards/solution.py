"""Gives the way from the goal to the start."""

import heapq
from collections import Counter, deque
from itertools import count


def hops(graph, start):
    """Return how many edges each node that can be reached is away from start."""
    steps, waiting = {start: 0}, deque([start])
    while waiting:
        node = waiting.popleft()
        for neighbour, _ in graph[node]:
            if neighbour not in steps:
                steps[neighbour] = steps[node] + 1
                waiting.append(neighbour)
    return steps


def distances(graph, start):
    """Return the smallest sum of weights to each node that can be reached; ValueError for a negative weight."""
    return _cheapest(graph, start)[0]


def cheapest_path(graph, start, goal):
    """Return the nodes on a cheapest way, as they are found: the goal first."""
    costs, came_from = _cheapest(graph, start)
    if goal not in costs:
        return None
    path = [goal]
    while path[-1] != start:
        path.append(came_from[path[-1]])
    return path


def _cheapest(graph, start):
    """Return the cost of each node that can be reached, and the node before it on a cheapest way."""
    _refuse_negative_weights(graph)
    costs, came_from, settled = {start: 0}, {}, set()
    number = count()  # of two entries that cost the same the older one comes first: nodes need not be comparable
    heap = [(0, next(number), start)]
    while heap:
        cost, _, node = heapq.heappop(heap)
        if node in settled:
            continue
        settled.add(node)
        for neighbour, weight in graph[node]:
            if neighbour not in costs or cost + weight < costs[neighbour]:
                costs[neighbour] = cost + weight
                came_from[neighbour] = node
                heapq.heappush(heap, (cost + weight, next(number), neighbour))
    return costs, came_from


def _refuse_negative_weights(graph):
    if any(weight < 0 for edges in graph.values() for _, weight in edges):
        raise ValueError("a weight is negative")


def in_order(graph):
    """Return all nodes so that every edge leads forward; ValueError when they go round in a circle."""
    before = _edges_into(graph)
    order = [node for node in graph if not before[node]]
    for node in order:  # grows while it is walked
        order.extend(_freed(graph[node], before))
    if len(order) < len(graph):
        raise ValueError("the edges go round in a circle")
    return order


def _edges_into(graph):
    """Return how many edges lead to each node."""
    return Counter(neighbour for edges in graph.values() for neighbour, _ in edges)


def _freed(edges, before):
    """Take edges away, and return the nodes to which no other edge leads."""
    for neighbour, _ in edges:
        before[neighbour] -= 1
        if before[neighbour] == 0:
            yield neighbour
