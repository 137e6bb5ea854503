"""What a tier of checking covers: `scripts/test.sh` sets CHECK_TIER, and this says which image families that means.

    tests/tier.py        print the families of the tier, for `grader images build`

The quick tier has the light families and one further, so that the long builds cost every run only one of them and all
are met within a few commits. Which one follows from the commit alone: a run can be repeated, and two machines that
check the same commit check the same. CHECK_FAMILY names it by hand.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from grader.sandbox import recipes
from grader.settings import resource

ROOT = Path(__file__).resolve().parents[1]


def families() -> tuple[str, ...]:
    """Return the image families of this run's tier, those that others build on first.

    Raises:
        SystemExit: CHECK_FAMILY names none.
    """
    tier = os.environ.get("CHECK_TIER", "test")
    there = tuple(recipes.families(resource("sandbox")))
    return of_tier(tier, commit(), there, os.environ.get("CHECK_FAMILY", ""))


def of_tier(tier: str, commit: str, there: tuple[str, ...], named: str = "") -> tuple[str, ...]:
    """Return the families of a tier.

    Args:
        tier: `test`, `all` or `study`.
        commit: what is checked, by its hash.
        there: every family.
        named: a further one by name, instead of the commit's.
    """
    heavy = tuple(family for family in there if family not in recipes.LIGHT)
    if tier == "all":
        return (*recipes.LIGHT, *heavy)
    if tier == "study" and not named:
        return recipes.LIGHT
    if named and named not in there:
        raise SystemExit(f"CHECK_FAMILY: there is no image family {named}, only {', '.join(there)}")
    further = named or heavy[int(hashlib.sha256(commit.encode()).hexdigest(), 16) % len(heavy)]
    return tuple(dict.fromkeys((*recipes.LIGHT, further)))


def commit() -> str:
    """Return the hash of what is checked out, or nothing where git does not know."""
    asked = ["git", "-C", str(ROOT), "rev-parse", "HEAD"]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()


if __name__ == "__main__":
    sys.stdout.write(" ".join(families()) + "\n")
