"""A `skills.toml` is read strictly, documented key by key, and says of a learner what is there and what is missing."""

import shutil
from fractions import Fraction

import pytest
from attempts import put_graded

from grader import catalog
from grader.catalog.shape import keys_at
from grader.certify.skills import standing_of
from grader.errors import AuthorError, UsageError
from grader.model import Score, State
from grader.model.roadmap import Earning, Need, Roadmap, Skill, SkillLevel, Track, level_reached
from grader.settings import resource
from grader.store import Store

PLACES = {
    "skills.toml skills": Skill,
    "skills.toml skills levels": SkillLevel,
    "skills.toml skills levels earned_by": Earning,
    "skills.toml tracks": Track,
    "skills.toml tracks needs": Need,
}


@pytest.fixture
def packs(tmp_path):
    """A folder of packs with the sorting pack in it and no roadmap."""
    root = tmp_path / "packs"
    source = resource("assignments") / "sorting-searching"
    shutil.copytree(source, root / "sorting-searching", ignore=shutil.ignore_patterns("examples"))
    return root


GOOD = """
[[skills]]
id = "algorithms/sorting"
name = "Sorting"
description = "Sorts."
levels = [
    { id = "1", name = "One", earned_by = [{ assignment = "sorting-searching" }] },
    { id = "2", name = "Two", earned_by = [{ assignment = "sorting-searching", share = "0.95" }] },
]

[[tracks]]
id = "all"
name = "All"
needs = [{ skill = "algorithms/sorting", level = "2" }]
"""


def read(packs, text=GOOD):
    (packs / "skills.toml").write_text(text)
    return catalog.roadmap([packs])


def test_the_shipped_roadmap_names_every_shipped_pack_by_its_own_skill():
    roots = [resource("assignments")]
    roadmap = catalog.roadmap(roots)
    for slug in catalog.slugs(roots):
        assert roadmap.skill_of(slug).id == catalog.load(slug, roots).assignment.skill


def test_without_a_file_there_is_no_roadmap(packs):
    assert catalog.roadmap([packs]) == Roadmap()
    assert catalog.roadmap([]) == Roadmap()
    with pytest.raises(UsageError, match="no such folder"):
        catalog.roadmap([packs / "nowhere"])


def test_the_files_of_all_folders_are_one_roadmap(packs, tmp_path):
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "skills.toml").write_text(
        '[[tracks]]\nid = "more"\nname = "More"\nneeds = [{ skill = "algorithms/sorting", level = "1" }]\n'
    )
    read(packs)
    roadmap = catalog.roadmap([packs, tmp_path / "more", packs])
    assert ([one.id for one in roadmap.skills], [one.id for one in roadmap.tracks]) == (
        ["algorithms/sorting"],
        ["all", "more"],
    )


WRONG = {
    "a misspelt key": (GOOD.replace("description", "descripton"), 'did you mean "description"?'),
    "a misspelt table": (GOOD.replace("[[tracks]]", "[[track]]"), 'did you mean "tracks"?'),
    "a misspelt key of a level": (GOOD.replace("earned_by = [{ assignment", "earnd_by = [{ assignment"), "earned_by"),
    "an unknown assignment": (GOOD.replace("sorting-searching", "sorting-serching"), "did you mean"),
    "an unknown skill": (GOOD.replace('skill = "algorithms/sorting"', 'skill = "algorithm/sorting"'), "did you mean"),
    "an unknown level": (GOOD.replace('level = "2"', 'level = "3"'), "which is no level of algorithms/sorting"),
    "an inexact share": (GOOD.replace('"0.95"', "0.95"), "which is not exact"),
    "a share beyond all": (GOOD.replace('"0.95"', '"1.5"'), "expected a share from 0 to 1"),
    "two levels of one name": (GOOD.replace('id = "2"', 'id = "1"'), "that no other level has"),
    "no level": (GOOD[: GOOD.index("levels")] + "levels = []", "expected one level or more"),
    "a level that nothing earns": (GOOD.replace('[{ assignment = "sorting-searching" }]', "[]"), "one assignment"),
    "an id with spaces": (GOOD.replace("algorithms/sorting", "Algorithms Sorting"), "expected a node"),
    "a name of two lines": (GOOD.replace('"Sorting"', '"Sort\\ning"'), "expected one line"),
    "a skill twice": (GOOD + GOOD.replace('id = "all"', 'id = "b"'), "twice"),
    "an assignment of two skills": (
        GOOD + GOOD.replace('id = "all"', 'id = "b"').replace("algorithms/sorting", "other"),
        "expected one skill for each",
    ),
    "no TOML": ("[[skills]", "this is not TOML"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_with_its_line_and_what_would_do(packs, name):
    text, sentence = WRONG[name]
    with pytest.raises(AuthorError) as told:
        read(packs, text)
    assert sentence in str(told.value)
    assert "skills.toml:" in str(told.value)


def test_every_key_is_documented_and_no_other():
    text = (resource("docs") / "reference" / "skills.md").read_text(encoding="utf-8")
    for place, record in PLACES.items():
        section = text.partition(f"\n## {place}\n")[2].partition("\n## ")[0]
        described = [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")]
        assert tuple(described) == keys_at(record, ()), place


def test_the_highest_level_that_the_share_reaches_counts(packs):
    skill = read(packs).skills[0]
    assert level_reached(skill, "sorting-searching", Fraction(95, 100)).id == "2"
    assert level_reached(skill, "sorting-searching", Fraction(94, 100)).id == "1"
    assert level_reached(skill, "another", Fraction(1)) is None


def test_the_best_passed_attempt_counts_and_no_other(packs, tmp_path):
    store = Store(tmp_path / "home")
    perfect = Score(earned=Fraction(100), possible=Fraction(100), pass_mark=Fraction(90))
    put_graded(store, "a1", number=1)
    put_graded(store, "a2", number=2, passed=False, score=perfect)
    put_graded(store, "a3", number=3, pins={"published_secret": True}, score=perfect)
    put_graded(store, "a4", number=4, state=State.SUPERSEDED, score=perfect)
    standing = standing_of("ada", read(packs), store)
    assert (standing.skills[0].level, standing.skills[0].certified) == ("1", False)
    assert standing.skills[0].missing == "Two (2) by sorting-searching with 95 % of the points"
    assert standing.tracks[0].missing == ("Sorting at level 2",)
    put_graded(store, "a5", number=5, score=perfect)
    standing = standing_of("ada", read(packs), store)
    assert (standing.skills[0].level, standing.skills[0].missing, standing.tracks[0].missing) == ("2", "", ())
    store.database.close()
