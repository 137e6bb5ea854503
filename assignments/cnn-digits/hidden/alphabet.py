"""Draws the signs of an alphabet that nobody knows, and pages with one of them somewhere, each by another hand.

The handwritten digits that packages ship lie in the learner's box as well, labels and all: whoever looks a picture up
there need not learn. So an alphabet is invented for each draw, and what was learnt of one says nothing of the next. A
hand writes a sign turned, slanted, larger, smaller, thicker, never twice the same, and anywhere on the page, beside a
scratch that is in the way of whoever would look for the sign first and read it then.

Every number comes from an extendable hash (SHAKE-256, FIPS 202) of a key of its part. A generator made for speed can
be recovered from what it gave, and the ground of a page is nothing but that: whoever went back from it to the hand that
wrote could take hand, scratch and noise away, and read the bare sign. No output of a hash tells another.
"""

import hashlib

import numpy as np

SIDE = 28
SIGNS, STROKES = 10, 3
TRAIN, TEST = 1200, 800
POINTS = 14  # of a stroke that ink is put on


def generate(keys):
    """Return one draw: pages to learn from and pages to read, uint8 (count, 28, 28), and the sign on each."""
    signs = alphabet(keys)
    draw = {}
    for part, size in (("train", TRAIN), ("test", TEST)):
        labels = Drawn(keys, f"{part} labels").order(np.arange(size) % SIGNS)
        draw[f"{part}_rows"] = pages(keys.part(part), signs, labels)
        draw[f"{part}_labels"] = labels.tolist()
    return draw


def baseline(draw):
    """Take every sign for the first one."""
    return [0] * len(draw["test_rows"])


class Drawn:
    """Random numbers of one part, by SHAKE-256 of its key.

    Args:
        keys: of the draw.
        part: the name of a part of it.
    """

    def __init__(self, keys, part):
        key = b"".join(keys.part(part).integer(str(word)).to_bytes(8, "big") for word in range(5))
        self._hash = hashlib.shake_256(key)
        self._taken = 0

    def uniform(self, low, high, shape=()):
        """Return floats in [low, high), an array of `shape`."""
        count = int(np.prod(shape))
        words = np.frombuffer(self._hash.digest(4 * (self._taken + count)), "<u4")[self._taken :]
        self._taken += count
        return low + (high - low) * (words / 2.0**32).reshape(shape)

    def normal(self, deviation, shape):
        """Return floats around 0 (Box and Muller, 1958)."""
        far, turn = self.uniform(2.0**-33, 1, shape), self.uniform(0, 2 * np.pi, shape)
        return deviation * np.sqrt(-2 * np.log(far)) * np.cos(turn)

    def order(self, items):
        """Return items in an order of their own."""
        return items[self.uniform(0, 1, len(items)).argsort()]


def alphabet(keys, signs=SIGNS):
    """Return signs (signs, strokes, 3 points of a curve, 2) in a square from -1 to 1."""
    drawn = Drawn(keys, "alphabet")
    return np.array([[_stroke(drawn) for _ in range(STROKES)] for _ in range(signs)])


def _stroke(drawn):
    """Return a curve that is long enough to be seen."""
    while True:
        curve = drawn.uniform(-1, 1, (3, 2))
        if np.linalg.norm(curve[2] - curve[0]) > 0.9:
            return curve


def pages(keys, signs, labels):
    """Return a page for each label, by a hand of its own: uint8 (count, 28, 28)."""
    count = len(labels)
    hand = Drawn(keys, "hand")
    strokes = signs[labels] + hand.normal(0.05, (count, *signs.shape[1:]))
    turn, slant = hand.uniform(-0.2, 0.2, count), hand.uniform(-0.25, 0.25, count)
    matrix = np.array([[np.cos(turn), -np.sin(turn) + slant], [np.sin(turn), np.cos(turn)]]).transpose(2, 0, 1)
    size, middle = hand.uniform(5, 6.5, (count, 1, 1)), hand.uniform(6.5, 20.5, (count, 1, 1, 2))
    sign = inked(np.einsum("nij,nskj->nski", matrix * size, strokes) + middle, hand.uniform(0.7, 1.2, count))
    dark = hand.uniform(0.6, 1, (count, 1, 1))
    paper = Drawn(keys, "paper")
    scratch = paper.uniform(-5, 5, (count, 1, 3, 2)) + paper.uniform(4, 23, (count, 1, 1, 2))
    ink = np.maximum(sign, inked(scratch, paper.uniform(0.7, 1.2, count)))
    return np.clip(255 * (ink * dark + paper.normal(0.06, ink.shape)), 0, 255).astype(np.uint8)


def inked(curves, thickness):
    """Return how much ink lies on each pixel, 0 to 1, of curves (count, strokes, 3 points, 2)."""
    at = np.linspace(0, 1, POINTS)[:, None]
    weights = np.concatenate([(1 - at) ** 2, 2 * at * (1 - at), at**2], axis=1)  # a quadratic Bezier curve
    points = np.einsum("pk,nskc->nspc", weights, curves).reshape(len(curves), -1, 2)
    pixels = np.arange(SIDE)
    spread = 2 * thickness[:, None, None] ** 2
    across = np.exp(-((points[:, :, :1] - pixels) ** 2) / spread)
    down = np.exp(-((points[:, :, 1:] - pixels) ** 2) / spread)
    return np.minimum(1, down.transpose(0, 2, 1) @ across)
