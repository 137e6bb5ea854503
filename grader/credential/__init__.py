"""Certificates: what one says (`claim`), how it is written (`open_badge`), issued (`issuing`), believed (`verifying`).

A certificate is an Open Badges 3.0 credential that anybody can check with what they have in hand. No clock is asked
here and nothing is fetched: dates, salts, indices and keys are given by the caller.
"""

from __future__ import annotations

from grader.credential.bounded import Canonicaliser
from grader.credential.claim import Claim
from grader.credential.issuing import issue, seal
from grader.credential.refusal import Refused
from grader.credential.trust import NOBODY, Trust, load_trust
from grader.credential.verification import NOT_ESTABLISHED, Finding, Standing, Verification
from grader.credential.verifying import verify

__all__ = [
    "NOBODY",
    "NOT_ESTABLISHED",
    "Canonicaliser",
    "Claim",
    "Finding",
    "Refused",
    "Standing",
    "Trust",
    "Verification",
    "issue",
    "load_trust",
    "seal",
    "verify",
]
