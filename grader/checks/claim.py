"""`claim`: tests that rest on the word of the learner's own process. It earns points, and is never certified.

A test of kind `tests` compares values with what the proctor knows. Some things only the learner's process can say:
whether its own tests pass, whether two of its objects are equal by its own `==`. A process can say what it likes. So
such a question is asked as a claim: its verdict carries the kind, the report says it where the points stand, and
`grader.certify.grounds` refuses a report that has one.
"""

from __future__ import annotations

from dataclasses import replace

from grader.model import Verdict

SAID = "A claim: your own program says so, and nobody has seen it. Points for practice; never certified."


def marked(verdict: Verdict) -> Verdict:
    """Return the verdict of tests as that of a claim."""
    return replace(verdict, kind="claim", notes=(SAID, *verdict.notes))
