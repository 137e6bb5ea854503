"""Instants as credentials write them: RFC 3339 text with a time zone. The clock itself is never asked here."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from grader.credential.refusal import Refused

_RFC3339 = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})")


def instant(text: Any, what: str) -> datetime:
    """Return the instant that a text names, in UTC.

    Args:
        text: of a stranger, so of any type.
        what: how to call it in a refusal.

    Raises:
        Refused: no RFC 3339 instant with a time zone.
    """
    if isinstance(text, str) and _RFC3339.fullmatch(text):
        try:
            return datetime.fromisoformat(text).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise Refused(f"{what} is {str(text)[:40]!r}; expected an instant such as 2026-01-31T12:00:00Z")


def spelled(when: datetime) -> str:
    """Return an instant as credentials write it: UTC, whole seconds, `Z`."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
