"""What is said to a person beside the output, and where the trace of a fault goes."""

from __future__ import annotations

import tempfile
from pathlib import Path


def say(text: str) -> None:
    """Print a line for a person, beside the output."""
    from rich.console import Console  # noqa: PLC0415 - slow to import, and `grader --help` says nothing here

    Console(stderr=True, soft_wrap=True, markup=False, highlight=False).print(text)


def keep_trace(trace: str) -> Path:
    """Keep the trace of a fault of ours in a file, for whoever mends it."""
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", errors="backslashreplace", prefix="grader-fault-", suffix=".txt", delete=False
    ) as file:
        file.write(trace)
    return Path(file.name)
