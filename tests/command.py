"""The command line as a person uses it: `grader`, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def grader(*words: object, home: Path, timeout: int = 1500, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run `grader` with a data folder and further settings, all of its output kept."""
    environment = {**os.environ, "GRADER_HOME": str(home), "COLUMNS": "120", **settings}
    command = [sys.executable, "-m", "grader", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=timeout)
