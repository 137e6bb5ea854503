"""Hostile text made fit to be read: `printable`, and the backticks of a sentence told apart.

Titles come from authors; function names, printed tails and details come from learners. Escaping keeps such text from
becoming markup, but not from steering a terminal (ESC), turning a line around (bidirectional overrides), hiding in it
(zero-width characters) or breaking the encoder (lone surrogates). So all of it passes here first, once, in one way for
HTML and terminal.
"""

from __future__ import annotations

import unicodedata

LIMIT = 2000
"""Characters of one text that a page shows unless it asks for fewer."""

_JOINERS = "\u200c\u200d"
"""Format characters that Persian, Hindi and emoji cannot be written without, and that neither hide nor turn a line."""

_MARKS_IN_A_ROW = 4
"""More accents than this on one letter are meant to cover the lines above."""


def printable(text: str, limit: int = LIMIT, *, lines: bool = False) -> str:
    """Return `text` with nothing in it that acts instead of being seen, at most `limit` characters long.

    Args:
        text: anything a stranger wrote.
        limit: a longer text ends in an ellipsis.
        lines: keep line feeds and tabs; else each is a space.
    """
    if text.isascii() and text.isprintable() and len(text) <= limit:
        return text  # most of what there is, and there is nothing to look for in it
    shown: list[str] = []
    marks = 0
    text = text[: 2 * limit + 2].replace("\r\n", "\n")
    for character in text[: limit + 1]:
        marks = marks + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if marks <= _MARKS_IN_A_ROW:
            shown.append(_visible(character, lines=lines))
        elif marks == _MARKS_IN_A_ROW + 1:
            shown.append("\ufffd")
    whole = "".join(shown)
    return whole if len(whole) <= limit and len(text) <= limit else whole[: max(limit - 1, 0)] + "…"


def _visible(character: str, *, lines: bool) -> str:
    """Return what stands for one character: itself, its number, or a replacement."""
    if character in "\n\t":
        return character if lines else " "
    code = ord(character)
    category = unicodedata.category(character)
    if category in {"Cc", "Zl", "Zp"} or (category == "Cf" and character not in _JOINERS):
        return f"⟨U+{code:04X}⟩"
    if category == "Cs" or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF:  # noqa: PLR2004 -- noncharacters
        return "\ufffd"
    return character


def prose(text: str) -> list[tuple[bool, str]]:
    """Return the parts of a sentence as (is it code, part): what stands between two backticks is code.

    An odd backtick is an ordinary character, so that no sentence is lost to a typing mistake.
    """
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        pieces[-2:] = ["`".join(pieces[-2:])]
    return [(index % 2 == 1, piece) for index, piece in enumerate(pieces) if piece]
