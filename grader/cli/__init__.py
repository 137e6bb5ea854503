"""The command line: one call a command, no logic.

    commands  which there are, and in which of these files

    learner   list, show, start, submit, report, regrade
    author    check
    batch     batch
    review    review list, show, grade, agreement
    queue     work, up, queue, retry, course
    certificates
              certify, verify, revoke, skills
    ledger    keys, ledger
    office    what certifying commands open
    images    images build, test, list, save, load, adopt
    machine   doctor, reap
    keeper    backup, restore, prune

Errors become a sentence and an exit code here, and nowhere else; a fault of ours leaves its trace in a file, not on the
screen of whoever ran the command.
"""

from __future__ import annotations

import sys
import traceback

from grader.cli import commands
from grader.cli.console import keep_trace, say
from grader.errors import EngineError, GraderError
from grader.render.text import printable

MOST = 10_000
"""Characters of an error that are shown."""


def main() -> None:
    """Run the command line and end the process with its exit code."""
    try:
        commands.app()
    except GraderError as error:
        say(printable(f"{_kind(error)}: {error}", MOST, lines=True))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        say("stopped")
        sys.exit(130)
    except Exception:  # noqa: BLE001 - the last door: whatever is left is a fault of ours, told as one
        say(f"fault: this is a fault of grader, not yours; its trace is in {keep_trace(traceback.format_exc())}")
        sys.exit(EngineError.exit_code)


def _kind(error: GraderError) -> str:
    words = {1: "refused", 2: "usage", 3: "submission", 4: "pack", 5: "engine"}
    return words[error.exit_code]
