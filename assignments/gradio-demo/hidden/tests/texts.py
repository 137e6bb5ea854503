"""Draws texts, and measures them."""

import re

LETTERS = "abcdefghijklmnoprstuvyzäéñß"
BETWEEN = (" ", " ", " ", ", ", " - ", "\n", " 42 ", "_", "; ")
ENDS = (". ", "! ", "? ", ": ", "... ", "?! ", ".\n")


def word(rng, most):
    """Return a word of up to so many letters."""
    return "".join(rng.choice(LETTERS) for _ in range(rng.randint(1, most)))


def draw(rng, sentences=None, most=None):
    """Return a text."""
    most = most or rng.choice([4, 7, 9, 13])
    parts = []
    for _ in range(sentences or rng.randint(1, 7)):
        for _ in range(rng.randint(1, 14)):
            parts += [word(rng, most), rng.choice(BETWEEN)]
        parts[-1] = rng.choice(ENDS)
    return "".join(parts[: rng.choice([-1, len(parts)])])


def lix(text):
    """Return the rounded LIX of a text that has a word."""
    words = re.findall(r"[^\W\d_]+", text)
    sentences = [part for part in re.split(r"[.!?:]", text) if re.search(r"[^\W\d_]", part)]
    return round(len(words) / len(sentences) + 100 * sum(len(one) > 6 for one in words) / len(words), 1)


def level(value):
    """Return the name of a level."""
    return "easy" if value < 30 else "medium" if value < 50 else "hard"
