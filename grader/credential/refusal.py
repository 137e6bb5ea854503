"""Why a credential is not accepted: one exception for the whole package, which `verify` turns into a finding.

What arrives at `verify` was written by a stranger, so a refusal is an ordinary answer. It never becomes a traceback,
and it always says what was found and where.
"""

from __future__ import annotations

from typing import ClassVar

from grader.errors import GraderError


class Refused(GraderError):
    """What was handed in is no credential that can be accepted; the message is for whoever handed it in.

    Exit code 1, as for everything that `verify` refuses.
    """

    exit_code: ClassVar[int] = 1


class Unfinished(Refused):
    """The clock ran out before there was an answer: no fault was found, and none was ruled out."""
