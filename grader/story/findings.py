"""What the digests of a report cover.

*Findings* are pins and the verdicts of repeatable checks; grading the same attempt again must give the same. The report
digest covers the findings, the other checks and the total. Details for authors are in neither.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from grader.canonical import plain
from grader.model import Pins, Score, Verdict


def findings(pins: Pins, verdicts: Iterable[Verdict]) -> dict[str, Any]:
    """Return what "the same findings" means, as plain data."""
    return {"pins": plain(pins), "verdicts": [_judged(verdict) for verdict in verdicts if verdict.repeatable]}


def whole(findings_digest: str, verdicts: Iterable[Verdict], score: Score) -> dict[str, Any]:
    """Return what the report digest covers, as plain data."""
    others = [_judged(verdict) for verdict in verdicts if not verdict.repeatable]
    return {"findings": findings_digest, "others": others, "score": plain(score)}


def _judged(verdict: Verdict) -> dict[str, Any]:
    judged: dict[str, Any] = plain(verdict)
    for item in judged["items"]:
        del item["detail"]
    return judged
