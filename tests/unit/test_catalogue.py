"""The catalogue and the roadmap are what the packs say, as far as that can be told without Docker."""

from __future__ import annotations

import importlib.util
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
import tiers

from grader import catalog
from grader.model import Metric
from grader.sandbox import recipes
from grader.scoring import share_of_figure
from grader.settings import resource

ROOT = Path(__file__).resolve().parents[2]
PACKS = (ROOT / "assignments",)
SLUGS = catalog.slugs(PACKS)


def _script() -> Any:
    spec = importlib.util.spec_from_file_location("catalogue_script", ROOT / "scripts" / "catalogue.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


script = _script()
MEASURED = json.loads((ROOT / "docs" / "catalogue.json").read_text(encoding="utf-8"))
LINES = tomllib.loads((ROOT / "docs" / "roadmap.toml").read_text(encoding="utf-8"))["lines"]


def test_pages_are_up_to_date() -> None:
    """Promises that `scripts/catalogue.py` would write what is there."""
    assert script.catalogue(MEASURED) == (ROOT / "docs" / "catalogue.md").read_text(encoding="utf-8")
    assert script.roadmap(ROOT / "docs" / "roadmap.toml") == (ROOT / "docs" / "roadmap.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("slug", SLUGS)
def test_every_example_was_measured(slug: str) -> None:
    """Promises that the figures are of the examples that are there, all of them."""
    assert set(MEASURED.get(slug, {})) == {example.name for example in catalog.examples(slug, PACKS)}


@pytest.mark.parametrize("slug", SLUGS)
def test_every_metric_has_a_gap(slug: str) -> None:
    """Promises that a threshold lies between the worst right draw and the best wrong one; else the pack is a draft."""
    pack = catalog.load(slug, PACKS)
    for name, check in pack.rubric.checks.items():
        if not isinstance(check, Metric) or pack.assignment.draft:
            continue
        right, (wrong, _) = (
            script.worst_right(MEASURED[slug], name, check),
            script.best_wrong(MEASURED[slug], name, check),
        )
        assert right < wrong if check.lower_is_better else right > wrong


@pytest.mark.parametrize("slug", SLUGS)
def test_the_reference_earned_all_in_every_draw_on_record(slug: str) -> None:
    """Promises that the worst figure recorded of the reference still reaches the threshold for all points."""
    for check in catalog.load(slug, PACKS).rubric.checks.values():
        if isinstance(check, Metric):
            assert check.reference is not None
            worst = check.reference.high if check.lower_is_better else check.reference.low
            assert share_of_figure(worst, check.thresholds) == 1


@pytest.mark.parametrize("slug", SLUGS)
def test_cheats_do_not_pass(slug: str) -> None:
    """Promises three ways to cheat a metric, and that none of a pack's cheats reaches the pass mark."""
    pack = catalog.load(slug, PACKS)
    cheats = [example for example in catalog.examples(slug, PACKS) if example.name.startswith("cheat-")]
    assert len(cheats) >= (3 if any(isinstance(check, Metric) for check in pack.rubric.checks.values()) else 0)
    assert [cheat.name for cheat in cheats if cheat.expect.points >= pack.rubric.pass_mark] == []


def test_every_line_of_the_roadmap_has_a_pack_or_a_reason() -> None:
    """Promises that no topic is passed over, and no pack left out."""
    assert script.problems_of(LINES, SLUGS) == []
    topics = [line["topic"] for line in LINES]
    assert len(set(topics)) == len(topics)


def test_make_test_grades_light_packs_and_one_other() -> None:
    """Promises that every heavy pack has its turn, by the commit, and that light ones are never left out."""
    turns = [tiers.packs_of(("a", "b", "c", "d"), ("b", "d"), f"{number:040x}") for number in range(20)]
    assert set(turns) == {("a", "b", "c"), ("a", "c", "d")}
    assert turns == [tiers.packs_of(("a", "b", "c", "d"), ("b", "d"), f"{number:040x}") for number in range(20)]
    assert tiers.packs_of(("a", "b"), (), "0") == ("a", "b")


def test_make_test_grades_packs_whose_families_it_builds() -> None:
    """Promises that no pack is graded whose images are not there, and that each has a run that builds them."""
    there = tuple(recipes.families(resource("sandbox")))
    runs = {tiers.families_of("test", f"{number:040x}", there) for number in range(50)}
    assert set().union(*(tiers.built_of(built) for built in runs)) == set(SLUGS)
    light = tiers.built_of(recipes.LIGHT)
    assert "sorting-searching" in light
    assert "opencv-filtering" not in light
    assert "opencv-filtering" in tiers.built_of((*recipes.LIGHT, "python-cv"))


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ({"topic": "Maps"}, "Maps: expected either packs or not_yet"),
        ({"topic": "Maps", "packs": ["a-pack"], "not_yet": "soon"}, "Maps: expected either packs or not_yet"),
        ({"topic": "Maps", "packs": ["a-peck"]}, "Maps: there is no pack a-peck"),
        ({"topic": "Maps", "not_yet": "soon"}, "no line of the roadmap names the pack a-pack"),
    ],
)
def test_a_line_with_neither_is_told(line: dict[str, Any], sentence: str) -> None:
    """Positive control: each way in which a line can be wrong is found."""
    assert sentence in script.problems_of([line], ["a-pack"])


def test_the_catalogue_tells_what_references_import():
    """Promises a row of libraries and versions a pack; who was measured before there were any is said to be so."""
    measured = {
        "spam-detector": {"reference": {**MEASURED["spam-detector"]["reference"], "libraries": {"b": "1", "A": "2.0"}}}
    }
    page = script.catalogue(measured)
    assert "| spam-detector | A 2.0, b 1 |" in page
    assert "| kmeans-scratch | not measured |" in page
    measured["spam-detector"]["reference"]["libraries"] = {}
    assert "| spam-detector | the standard library only |" in script.catalogue(measured)
