"""What a tier of checking covers: which image families, and which packs. `scripts/test.sh` sets CHECK_TIER.

    tests/tiers.py        print the families of the tier, for `grader images build`

The quick tier has what is light and one further family and pack each, so that what takes long costs every run only one
of them, and all are met within a few commits. Which one follows from the commit alone: a run can be repeated, and two
machines that check the same commit check the same. CHECK_FAMILY names a family by hand. What a pack costs is taken from
docs/catalogue.json, as `grader check` measured it: the processor time that the boxes of all its examples need.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from grader import catalog
from grader.sandbox import recipes
from grader.settings import Settings, resource

ROOT = Path(__file__).resolve().parents[1]
ROOTS = Settings.from_environment([]).assignments
LIGHT_CPU_SECONDS = 10.0
TIER = os.environ.get("CHECK_TIER", "")
"""`test`, `all` or `study`; empty where somebody runs pytest by hand."""
IN_TEST = TIER == "test"


def families() -> tuple[str, ...]:
    """Return the image families of this run's tier, those that others build on first.

    Raises:
        SystemExit: CHECK_FAMILY names none.
    """
    there = tuple(recipes.families(resource("sandbox")))
    return families_of(TIER or "test", commit(), there, os.environ.get("CHECK_FAMILY", ""))


def families_of(tier: str, commit: str, there: tuple[str, ...], named: str = "") -> tuple[str, ...]:
    """Return the families of a tier.

    Args:
        tier: `test`, `all` or `study`.
        commit: what is checked, by its hash.
        there: every family.
        named: a further one by name, instead of the commit's.
    """
    heavy_ones = tuple(family for family in there if family not in recipes.LIGHT)
    if tier == "all":
        return (*recipes.LIGHT, *heavy_ones)
    if tier == "study" and not named:
        return recipes.LIGHT
    if named and named not in there:
        raise SystemExit(f"CHECK_FAMILY: there is no image family {named}, only {', '.join(there)}")
    return tuple(dict.fromkeys((*recipes.LIGHT, named or _turn(heavy_ones, commit))))


def packs() -> tuple[str, ...]:
    """Return the packs that this run is to grade: in the quick tier those whose image families it builds."""
    everything = catalog.slugs(ROOTS)
    if not IN_TEST:
        return everything
    there = built_of(families())
    return packs_of(there, heavy(there), commit())


def built_of(built: Sequence[str]) -> tuple[str, ...]:
    """Return the packs that need no image family but these."""
    asked = {slug: catalog.load(slug, ROOTS).assignment for slug in catalog.slugs(ROOTS)}
    return tuple(slug for slug, one in asked.items() if {one.family, one.proctor_family} <= set(built))


def packs_of(everything: Sequence[str], heavy_ones: Sequence[str], commit: str) -> tuple[str, ...]:
    """Return the light packs and one heavy one, in the order they are given."""
    turn = _turn(heavy_ones, commit) if heavy_ones else ""
    return tuple(slug for slug in everything if slug not in heavy_ones or slug == turn)


def heavy(everything: Sequence[str]) -> tuple[str, ...]:
    """Return the packs whose examples were measured and need more together than those of a light one may."""
    measured = json.loads((ROOT / "docs" / "catalogue.json").read_text(encoding="utf-8"))
    needed = {
        slug: sum(float(one["cpu_seconds"] or 0) for one in measured.get(slug, {}).values()) for slug in everything
    }
    return tuple(slug for slug in everything if needed[slug] > LIGHT_CPU_SECONDS)


def commit() -> str:
    """Return the hash of what is checked out, or nothing where git does not know."""
    asked = ["git", "-C", str(ROOT), "rev-parse", "HEAD"]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()


def _turn(heavy_ones: Sequence[str], commit: str) -> str:
    return heavy_ones[int(hashlib.sha256(commit.encode()).hexdigest(), 16) % len(heavy_ones)]


if __name__ == "__main__":
    sys.stdout.write(" ".join(families()) + "\n")
