#!/usr/bin/env python3
"""Writes docs/catalogue.md and docs/roadmap.md: what each pack is worth, and what of the roadmap is assessed.

    grader check --json > checked.json
    scripts/catalogue.py checked.json     keep what was measured, and write the pages
    scripts/catalogue.py                  write the pages from what is kept
    scripts/catalogue.py --check          exit 1 if they are not what they would be

What `grader check` measured is kept in docs/catalogue.json, because it takes Docker and an hour to measure it again; a
run over some packs replaces those. Points stand in the packs themselves, where the same command has compared them.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from grader import catalog
from grader.catalog import Example
from grader.errors import AuthorError
from grader.model import Metric, Pack

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PACKS = (ROOT / "assignments",)
KEPT = DOCS / "catalogue.json"
NO_PYTHON = ("cpp", "java", "written")
"""Kinds of assignments whose submissions import nothing."""

CATALOGUE = """\
# Catalogue

Written by `scripts/catalogue.py`; do not edit. Points are those of each example's `expect.toml`, which `grader check`
compares exactly. What was used is of one run, on a busy machine with two cores, in prepared containers: processor
seconds of the boxes of `reference` and memory beyond what a container held already, processor seconds of the boxes of
all examples, and the sum of the clock seconds that each of them took while another was graded beside it. A draft is for
practice: nothing that is graded by it is certified.

| pack | family | pass mark | reference | starter | best wrong | best cheat | wrong, cheats | CPU s, MB | all CPU s, s |
|---|---|--:|--:|--:|---|---|--:|--:|--:|
{packs}

## Metrics

The gap in which a threshold stands: the worst draw of `reference`, and the best figure of any answer that earns nothing
for it (of its draws the mean, or the worst, as the pack judges), in one run under the published secret; and what the
reference reached in many draws, as its rubric records it. A pack whose metric has no gap would be a draft.

| pack | figure | nothing at | all at | reference, worst | others, best | of | gap | reference, many draws |
|---|---|--:|--:|--:|--:|---|--:|---|
{metrics}

## Libraries

What loading `reference` imports in a learner's box in which nothing was imported ahead, and in which versions, as the
box says. It is the box's word about itself, which no mark ever rests on; but of the author's own solution.

| pack | imported |
|---|---|
{libraries}
"""
ROADMAP = """\
# Roadmap

Written by `scripts/catalogue.py` from `docs/roadmap.toml`; do not edit. Every line of the roadmap, and the packs that
assess it: {done} of {all} have one.

| section | topic | assessed by |
|---|---|---|
{lines}
"""

Measured = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""What was measured of an example, by pack and by name of the example."""


def main(arguments: list[str]) -> int:
    """Write the pages, or compare them, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a page is not up to date")
    parser.add_argument("checked", nargs="*", type=Path, help="what `grader check --json` printed")
    options = parser.parse_args(arguments)
    measured = merged(json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}, options.checked)
    wanted = {DOCS / "catalogue.md": catalogue(measured), DOCS / "roadmap.md": roadmap(DOCS / "roadmap.toml")}
    if options.check:
        stale = [page.name for page, text in wanted.items() if page.read_text(encoding="utf-8") != text]
        for name in stale:
            print(f"docs/{name} is not up to date; try: scripts/catalogue.py", file=sys.stderr)
        return 1 if stale else 0
    KEPT.write_text(json.dumps(measured, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    for page, text in wanted.items():
        page.write_text(text, encoding="utf-8")
    return 0


def merged(kept: Measured, files: Iterable[Path]) -> Measured:
    """Return what is kept with what was measured since, pack by pack.

    Raises:
        AuthorError: an example departed from its expect.toml.
    """
    found = dict(kept)
    for file in files:
        results = json.loads(file.read_text(encoding="utf-8"))
        for slug in {one["assignment"] for one in results}:
            found[slug] = {one["example"]: _kept(one) for one in results if one["assignment"] == slug}
    return found


def _kept(result: Mapping[str, Any]) -> dict[str, Any]:
    if result["differences"]:
        message = f"{result['assignment']}/{result['example']} is not as its expect.toml says; mend that first"
        raise AuthorError(message)
    return {
        key: result[key] for key in ("seconds", "cpu_seconds", "memory_mb", "figures", "libraries") if key in result
    }


def catalogue(measured: Measured) -> str:
    """Return the page of all packs."""
    packs = [catalog.load(slug, PACKS) for slug in catalog.slugs(PACKS)]
    rows = [_pack_row(pack, catalog.examples(pack.slug, PACKS), measured.get(pack.slug, {})) for pack in packs]
    gaps = [row for pack in packs for row in _gap_rows(pack, measured.get(pack.slug, {}))]
    used = [
        _libraries_row(pack.slug, measured.get(pack.slug, {}).get("reference", {}))
        for pack in packs
        if pack.assignment.kind not in NO_PYTHON
    ]
    return CATALOGUE.format(packs="\n".join(rows), metrics="\n".join(gaps), libraries="\n".join(used))


def _libraries_row(slug: str, reference: Mapping[str, Any]) -> str:
    libraries = reference.get("libraries")
    told = ", ".join(f"{name} {version}" for name, version in sorted((libraries or {}).items(), key=_by_name))
    return f"| {slug} | {told or ('not measured' if libraries is None else 'the standard library only')} |"


def _by_name(library: tuple[str, str]) -> str:
    return library[0].lower()


def _pack_row(pack: Pack, examples: Iterable[Example], measured: Mapping[str, Mapping[str, Any]]) -> str:
    by_name = {example.name: example for example in examples}
    wrong = [one for one in by_name.values() if not one.expect.passed and one.name.startswith("wrong-")]
    cheats = [one for one in by_name.values() if one.name.startswith("cheat-")]
    used = measured.get("reference", {})
    whole = [sum(float(one[key] or 0) for one in measured.values()) for key in ("cpu_seconds", "seconds")]
    cells = [
        f"[{pack.slug}](../assignments/{pack.slug}/README.md){' (draft)' if pack.assignment.draft else ''}",
        pack.assignment.family,
        _shown(pack.rubric.pass_mark),
        _shown(by_name["reference"].expect.points),
        _shown(by_name["starter"].expect.points),
        _best(wrong),
        _best(cheats),
        f"{len(wrong)}, {len(cheats)}",
        f"{used['cpu_seconds']}, {used['memory_mb']}" if used else "not measured",
        "{:.0f}, {:.0f}".format(*whole) if measured else "not measured",
    ]
    return f"| {' | '.join(cells)} |"


def _best(examples: Iterable[Example]) -> str:
    best = max(examples, key=lambda one: (one.expect.points, one.name), default=None)
    return "none" if best is None else f"{_shown(best.expect.points)} {best.name.partition('-')[2]}"


def _shown(points: Fraction) -> str:
    return f"{float(points):.1f}".removesuffix(".0")


def _gap_rows(pack: Pack, measured: Mapping[str, Mapping[str, Any]]) -> Iterable[str]:
    for name, check in pack.rubric.checks.items():
        if isinstance(check, Metric):
            yield f"| {' | '.join(_gap_cells(pack.slug, name, check, measured))} |"


def _gap_cells(slug: str, name: str, check: Metric, measured: Mapping[str, Mapping[str, Any]]) -> list[str]:
    rising = sorted(check.thresholds, key=lambda corner: (corner.earns, corner.at))
    recorded = f"{float(check.reference.low)} to {float(check.reference.high)}" if check.reference else "not recorded"
    corners = [f"{float(rising[0].at)}", f"{float(rising[-1].at)}"]
    right, (wrong, of) = worst_right(measured, name, check), best_wrong(measured, name, check)
    if right is None or wrong is None:
        return [slug, check.title, *corners, *["not measured"] * 4, recorded]
    gap = wrong - right if check.lower_is_better else right - wrong
    return [
        slug,
        check.title,
        *corners,
        f"{right:.{check.decimals}f}",
        f"{wrong:.{check.decimals}f}",
        of,
        f"{gap:.{check.decimals}f}",
        recorded,
    ]


def worst_right(measured: Mapping[str, Mapping[str, Any]], name: str, check: Metric) -> float | None:
    """Return the worst draw of the reference in a metric."""
    draws = _draws(measured.get("reference", {}), name)
    return (max if check.lower_is_better else min)(draws) if draws else None


def best_wrong(measured: Mapping[str, Mapping[str, Any]], name: str, check: Metric) -> tuple[float | None, str]:
    """Return the best figure, its draws combined as they are judged, that earns nothing, and which example's it is."""
    worst = max if check.lower_is_better else min
    figures = [
        (worst(draws) if check.combine == "min" else sum(draws) / len(draws), example)
        for example, result in measured.items()
        if result["figures"].get(name, {}).get("earned") == "0" and (draws := _draws(result, name))
    ]
    return (min if check.lower_is_better else max)(figures) if figures else (None, "")


def _draws(result: Mapping[str, Any], name: str) -> list[float]:
    return [float(draw) for draw in result.get("figures", {}).get(name, {}).get("draws", ()) if draw]


def roadmap(file: Path) -> str:
    """Return the page of the roadmap's lines.

    Raises:
        AuthorError: a line has neither a pack nor a reason, or names a pack that is not there.
    """
    lines = tomllib.loads(file.read_text(encoding="utf-8"))["lines"]
    problems = problems_of(lines, catalog.slugs(PACKS))
    if problems:
        raise AuthorError("\n".join(problems))
    done = sum(1 for line in lines if line.get("packs"))
    told = "\n".join(f"| {line['section']} | {line['topic']} | {_assessed(line)} |" for line in lines)
    return ROADMAP.format(done=done, all=len(lines), lines=told)


def problems_of(lines: Iterable[Mapping[str, Any]], slugs: Iterable[str]) -> list[str]:
    """Return what is wrong with the roadmap's lines, a sentence each."""
    known, named, found = set(slugs), set[str](), []
    for line in lines:
        packs = line.get("packs", [])
        named.update(packs)
        if bool(packs) == bool(line.get("not_yet")):
            found.append(f"{line['topic']}: expected either packs or not_yet")
        found += [f"{line['topic']}: there is no pack {slug}" for slug in packs if slug not in known]
    return found + [f"no line of the roadmap names the pack {slug}" for slug in sorted(known - named)]


def _assessed(line: Mapping[str, Any]) -> str:
    packs = [f"[{slug}](../assignments/{slug}/README.md)" for slug in line.get("packs", [])]
    return ", ".join(packs) or f"not yet: {line['not_yet']}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
