"""One table for each problem; the steps are read back from its last corner."""


def edit_distance(old, new, cost):
    """Return the least cost of turning the list `old` into `new`; `cost(x, y)` is that of replacing x by y."""
    row = list(range(len(new) + 1))
    for i, x in enumerate(old, start=1):
        above, row = row, [i]
        for j, y in enumerate(new, start=1):
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + cost(x, y)))
    return row[-1]


def edit_script(old, new):
    """Return the steps that turn the text `old` into `new` at the least cost."""
    table = _costs(old, new)
    i, j, steps = len(old), len(new), []
    while i and j:
        x, y = old[i - 1], new[j - 1]
        if table[i][j] == table[i - 1][j - 1] + (x != y):
            i, j, step = i - 1, j - 1, ("keep", x) if x == y else ("replace", x, y)
        elif table[i][j] == table[i - 1][j] + 1:
            i, step = i - 1, ("delete", x)
        else:
            j, step = j - 1, ("insert", y)
        steps.append(step)
    start = [("delete", x) for x in old[:i]] + [("insert", y) for y in new[:j]]
    return start + steps[::-1]


def _costs(old, new):
    table = [list(range(len(new) + 1))]
    for i, x in enumerate(old, start=1):
        above, row = table[-1], [i]
        for j, y in enumerate(new, start=1):
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (x != y)))
        table.append(row)
    return table


def best_bag(weights, values, capacity):
    """Return the rising list of the things to take, each at most once."""
    tables = [[0] * (capacity + 1)]
    for weight, value in zip(weights, values, strict=True):
        before = tables[-1]
        with_it = [before[room] + value for room in range(capacity + 1 - weight)]
        tables.append(before[:weight] + list(map(max, before[weight:], with_it)))
    taken, room = [], capacity
    for thing in range(len(weights) - 1, -1, -1):
        if tables[thing + 1][room] != tables[thing][room]:
            taken.append(thing)
            room -= weights[thing]
    return taken[::-1]
