"""Draws streams of batches: what a model in service is asked, and what turned out to be right.

A batch is 100 rows of six columns and their labels. A stream begins like the reference rows; three of four change for
good at some batch: the mean of a column, its spread, how two columns go together, or how the labels follow from the
columns while the columns stay as they are. Reference, kinds of change, onsets and the batches of each stream have keys
of their own, so no batch says anything of a later one but what a change says.
"""

import numpy as np

ROWS, COLUMNS = 100, 6
REFERENCE = 2000
STREAMS, BATCHES = 24, 20
FIRST, LAST = 6, 15  # the batch, from 0, in which a change can set in
CHANGES = ("calm", "mean", "spread", "together", "labels")
SHARES = (6, 5, 4, 4, 5)
PATIENCE, TOO_LATE = 2, 8  # alarms so many batches after the onset are prompt; from so many on they are worth nothing


def generate(keys):
    """Return one draw: reference rows and labels; streams, and for each the onset of its change (-1 for none)."""
    rows, labels = calm(keys.numpy("reference"), REFERENCE)
    kinds = [kind for kind, share in zip(CHANGES, SHARES, strict=True) for _ in range(share)]
    keys.rng("kinds").shuffle(kinds)
    rng = keys.rng("onsets")
    onsets = [rng.randint(FIRST, LAST) if kind != "calm" else -1 for kind in kinds]
    streams = [
        list(batches(kind, onset, keys.part(f"stream {number}")))
        for number, (kind, onset) in enumerate(zip(kinds, onsets, strict=True))
    ]
    return {"train_rows": rows, "train_labels": labels, "test_rows": streams, "test_labels": onsets}


def baseline(draw):
    """Never sound an alarm."""
    return [[False] * len(stream) for stream in draw["test_rows"]]


def promptness(onsets, answers):
    """Return the mean over streams: 0 after a false alarm, 1 for peace in a calm one or a prompt alarm, else less."""
    return sum(map(worth, onsets, answers)) / len(onsets)


def worth(onset, answers):
    first = answers.index(True) if True in answers else None
    if onset < 0:
        return float(first is None)
    if first is None or first < onset:
        return 0.0
    return min(1.0, max(0.0, 1 - (first - onset - PATIENCE) / (TOO_LATE - PATIENCE)))


def batches(kind, onset, keys, count=BATCHES):
    """Yield the batches of a stream, `(rows, labels)` each; every batch has a key of its own."""
    change = drawn_change(kind, keys.numpy("change"))
    for number in range(count):
        rng = keys.numpy(f"batch {number}")
        yield change(rng) if 0 <= onset <= number else calm(rng, ROWS)


def calm(rng, size):
    """Return rows and labels as in the reference."""
    rows = columns(rng, size)
    return rows, labelled(rows, rng)


def columns(rng, size):
    """Six columns of mean 0 and spread 1: two that go together, two apart, a skewed one and one with outliers."""
    rows = rng.normal(size=(size, COLUMNS))
    rows[:, 1] = 0.6 * rows[:, 0] + 0.8 * rows[:, 1]
    rows[:, 4] = rng.gamma(4.0, 0.5, size) - 2.0
    rows[:, 5] = rng.standard_t(8, size) * np.sqrt(6 / 8)
    return rows


def labelled(rows, rng, weights=(1.6, 0.0, 1.6, 1.2, 0.0, 0.0)):
    """The labels: 0 or 1, by a weighted sum of the columns and some chance."""
    return (rows @ np.asarray(weights) + rng.logistic(size=len(rows)) * 0.5 > 0).astype(int)


def drawn_change(kind, rng):
    """Return a function that draws a batch after the change, whose size and place are drawn now."""
    column, size = int(rng.integers(0, COLUMNS)), rng.uniform(0.9, 1.3)
    sign = rng.choice([-1.0, 1.0])

    def mean(rng):
        rows = columns(rng, ROWS)
        rows[:, column] += sign * size
        return rows, labelled(rows, rng)

    def spread(rng):
        rows = columns(rng, ROWS)
        rows[:, column] *= 1 + size if sign > 0 else 1 / (1.3 + size)
        return rows, labelled(rows, rng)

    def together(rng):
        rows = columns(rng, ROWS)
        rows[:, 3] = sign * 0.75 * rows[:, 2] + np.sqrt(1 - 0.75**2) * rows[:, 3]
        return rows, labelled(rows, rng)

    def labels(rng):
        rows = columns(rng, ROWS)
        return rows, labelled(rows, rng, (-1.6, 0.0, 1.6, 1.2, 0.0, 0.0))

    return {"mean": mean, "spread": spread, "together": together, "labels": labels}.get(kind)
