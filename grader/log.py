"""What workers say while they work: one line of JSON an event, with fields that a machine can sort by."""

from __future__ import annotations

import sys
from typing import Any, Protocol

import structlog


class Log(Protocol):
    """Where events go: a name, and fields."""

    def info(self, event: str, **fields: Any) -> Any:
        """Tell of something that happens every day."""

    def warning(self, event: str, **fields: Any) -> Any:
        """Tell of something that somebody may have to look at."""

    def error(self, event: str, **fields: Any) -> Any:
        """Tell of something that somebody has to look at."""

    def exception(self, event: str, **fields: Any) -> Any:
        """Tell of a fault of ours, with its trace; called while it is handled."""


def open_log(**fields: Any) -> Log:
    """Return a log on the error stream; `fields` are in each of its lines."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.UnicodeDecoder(),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    log: Log = structlog.get_logger(**fields)
    return log
