"""What the proctor said of a test or a model, as an Outcome: only words that evidence may use are taken."""

from __future__ import annotations

from typing import Any

from grader.errors import EngineError
from grader.model import FAMILIES_OF_ERROR, Outcome, Word

_WORDS = frozenset(
    {
        Word.PASSED,
        Word.FAILED,
        Word.RAISED,
        Word.CRASHED,
        Word.TIMED_OUT,
        Word.OUT_OF_MEMORY,
        Word.OVER_LIMIT,
        Word.BAD_REPLY,
        Word.DID_NOT_COMPILE,
    }
)


def outcome(evidence: dict[str, Any]) -> Outcome:
    """Return the outcome that evidence names.

    Which clock ran out is left to the detail: on a busy host it can be either, and findings must repeat.

    Raises:
        EngineError: a word that is no evidence.
    """
    try:
        word = Word(evidence.get("word"))
    except ValueError:
        word = Word.PENDING
    if word not in _WORDS:
        message = f"the proctor gave {evidence.get('word')!r} as evidence"
        raise EngineError(message)
    return Outcome(word, str(evidence.get("which", ""))[:20] if word is Word.OVER_LIMIT else "")


def raised(evidence: dict[str, Any]) -> str:
    """Return the family of error that evidence names, or an empty text."""
    family = evidence.get("raised", "")
    return family if family in FAMILIES_OF_ERROR else ""


def detail(evidence: dict[str, Any]) -> str:
    """Return what authors are told."""
    return str(evidence.get("detail", ""))[:4000]
