"""Which packs a tier grades: `make test` the light ones and one of the others, which the commit chooses; else all.

What a pack costs is taken from docs/catalogue.json, as `grader check` measured it: the processor time that the boxes of
all its examples need. So a new pack that is heavy does not make `make test` longer by more than its turn.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from grader import catalog
from grader.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
ROOTS = Settings.from_environment([]).assignments
LIGHT_CPU_SECONDS = 10.0
IN_TEST = os.environ.get("CHECK_TIER") == "test"


def packs() -> tuple[str, ...]:
    """Return the packs that this run is to grade."""
    everything = catalog.slugs(ROOTS)
    return chosen(everything, heavy(everything), _commit()) if IN_TEST else everything


def chosen(everything: Sequence[str], heavy_ones: Sequence[str], commit: str) -> tuple[str, ...]:
    """Return the light packs and one heavy one, in the order they are given."""
    turn = heavy_ones[int(commit, 16) % len(heavy_ones)] if heavy_ones else ""
    return tuple(slug for slug in everything if slug not in heavy_ones or slug == turn)


def heavy(everything: Sequence[str]) -> tuple[str, ...]:
    """Return the packs whose examples were measured and need more together than those of a light one may."""
    measured = json.loads((ROOT / "docs" / "catalogue.json").read_text(encoding="utf-8"))
    needed = {
        slug: sum(float(one["cpu_seconds"] or 0) for one in measured.get(slug, {}).values()) for slug in everything
    }
    return tuple(slug for slug in everything if needed[slug] > LIGHT_CPU_SECONDS)


def _commit() -> str:
    """Return the commit's name, or 0 where there is no repository."""
    asked = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    return asked.stdout.strip() or "0"
