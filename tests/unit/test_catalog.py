"""The catalog reads what is right: packs, their examples, the roots they lie in."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from sorting_pack import ASSIGNMENT, RUBRIC, edit

from grader import catalog
from grader.canonical import digest_bytes, digest_tree
from grader.errors import AuthorError, UsageError


def test_a_right_pack_becomes_records(root):
    pack = catalog.load("sorting", [root])
    assert pack.assignment.files == ("solution.py",)
    assert pack.assignment.limits.cpu_seconds == 2.0
    assert pack.rubric.points == 100
    assert pack.rubric.criteria[1].points == Fraction(30)
    assert [check.kind for check in pack.rubric.checks.values()] == ["static", "tests", "metric"]
    assert pack.rubric.checks["f1"].thresholds[0].at == Fraction(9, 10)
    assert pack.rubric.checks["f1"].agreement.subset == Fraction(1, 3)
    assert set(pack.hidden) == {"tests/test_sorting.py", "rows.py", "labels.csv"}
    assert pack.starter == {"solution.py": b""}
    assert pack.brief == "# Sorting\n"


def test_every_pack_of_this_repository_can_be_loaded():
    roots = [Path(__file__).parents[2] / "assignments"]
    for slug in catalog.slugs(roots):
        assert catalog.load(slug, roots).slug == slug


def test_a_pack_can_be_loaded_from_its_bundle(root, tmp_path):
    """What a worker unpacks elsewhere is the pack that was read here, its reference included."""
    pack, bundle = catalog.load_bundled("sorting", [root])
    assert pack == catalog.load("sorting", [root])
    for name, content in bundle.items():
        target = tmp_path / "elsewhere" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    assert catalog.load("sorting", [tmp_path / "elsewhere" / "assignments"]) == pack


def test_the_digest_is_of_files_without_examples_caches_dot_files_and_rubric(root):
    """What does not change how a submission is judged does not change the digest."""
    before = catalog.load("sorting", [root])
    pack = root / "sorting"
    assert before.rubric_digest == digest_bytes(RUBRIC.encode())
    (pack / "examples/reference/solution.py").write_text("y = 2\n")
    (pack / "hidden/__pycache__").mkdir()
    (pack / "hidden/__pycache__/rows.pyc").write_bytes(b"x")
    (pack / ".DS_Store").write_bytes(b"x")
    assert catalog.load("sorting", [root]).digest == before.digest
    (root.parent / "rubrics/sorting.toml").rename(pack / "rubric.toml")
    assert catalog.load("sorting", [root]).digest == before.digest
    (pack / "hidden/rows.py").write_text("changed = True\n")
    assert catalog.load("sorting", [root]).digest != before.digest
    files = {path.relative_to(pack).as_posix(): path.read_bytes() for path in pack.rglob("*.*") if path.is_file()}
    kept = {n: c for n, c in files.items() if not n.startswith(("examples/", ".", "rubric")) and "__pyc" not in n}
    assert catalog.load("sorting", [root]).digest == digest_tree(kept)


def test_a_pack_is_understood_anew_when_a_byte_of_it_is_another_and_only_then(root):
    """Who takes in a course reads each pack's files every time, and makes sense of them once."""
    known = catalog.load("sorting", [root])
    assert catalog.load("sorting", [root]) is known
    for file in (root / "sorting/hidden/rows.py", root / "sorting/examples/reference/solution.py"):
        file.write_text("# another\n")
        fresh = catalog.load("sorting", [root])
        assert fresh != known
        known = fresh
    edit(root, "rubric", "pass_mark = 60", "pass_mark = 70")
    assert catalog.load("sorting", [root]).rubric.pass_mark == 70
    edit(root, "rubric", "pass_mark = 70", "pass_mark = 700")
    for _ in range(2):
        with pytest.raises(AuthorError, match="700"):
            catalog.load("sorting", [root])


def test_examples_hold_their_files_and_what_is_expected(root):
    (example,) = catalog.examples("sorting", [root])
    assert example.name == "reference"
    assert example.files == {"solution.py": b"x = 1\n"}
    assert example.expect.criteria["sorts"] == catalog.ExpectedCriterion(outcome="PASSED", points=Fraction(70))


def test_an_example_may_expect_to_be_refused(root):
    path = root / "sorting/examples/reference/expect.toml"
    path.write_text('says = "A picture."\nerror = "submission"\n')
    assert catalog.examples("sorting", [root])[0].expect.error == "submission"


def test_an_example_without_expectation_is_refused(root):
    (root / "sorting/examples/reference/expect.toml").unlink()
    with pytest.raises(AuthorError, match=r"expect\.toml: is missing"):
        catalog.examples("sorting", [root])


def test_outcomes_with_a_detail_are_outcomes(root):
    edit(root, "expect", '"PASSED"', '"OVER_LIMIT(output)"')
    assert catalog.examples("sorting", [root])[0].expect.criteria["sorts"].outcome == "OVER_LIMIT(output)"


def test_two_rubrics_of_one_pack_are_refused(root):
    (root / "sorting/rubric.toml").write_text(RUBRIC)
    with pytest.raises(AuthorError, match="second rubric"):
        catalog.load("sorting", [root])


def test_a_pack_without_rubric_is_refused(root):
    (root.parent / "rubrics/sorting.toml").unlink()
    with pytest.raises(AuthorError, match="expected the rubric of sorting"):
        catalog.load("sorting", [root])


def test_a_private_folder_of_packs_is_a_root(root, tmp_path):
    private = tmp_path / "mine"
    (root / "sorting").rename(tmp_path / "moved")
    private.mkdir()
    (tmp_path / "moved").rename(private / "sorting")
    (private / "sorting/rubric.toml").write_text(RUBRIC)
    assert catalog.slugs([root, private]) == ("sorting",)
    assert catalog.load("sorting", [root, private]).slug == "sorting"


def test_two_packs_of_one_name_are_refused_and_a_root_given_twice_is_one(root, tmp_path):
    other = tmp_path / "mine/sorting"
    other.mkdir(parents=True)
    (other / "assignment.toml").write_text(ASSIGNMENT)
    assert catalog.find("sorting", [root, root]).folder == root / "sorting"
    with pytest.raises(AuthorError, match="two packs are called sorting"):
        catalog.find("sorting", [root, tmp_path / "mine"])


def test_an_unknown_assignment_is_a_wrong_command_line(root):
    with pytest.raises(UsageError, match='did you mean "sorting"'):
        catalog.load("sortin", [root])


def test_the_reference_lists_the_keys_that_the_reader_knows():
    keys = catalog.keys()
    assert keys["rubric.toml checks metric thresholds"] == ("at", "earns")
    assert "needs" in keys["rubric.toml checks static"]
    assert set(keys["assignment.toml limits"]) == set(keys["rubric.toml checks tests limits"])
    assert json.dumps(keys)
