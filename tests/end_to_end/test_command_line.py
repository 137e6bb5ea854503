"""The command line as a person uses it, on real Docker: points, exit codes, sentences."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import tiers
from command import grader

from grader.settings import resource

pytestmark = pytest.mark.docker

EXAMPLES = resource("assignments") / "sorting-searching" / "examples"

COIN = """

import os

_sort = merge_sort


def merge_sort(*args, **kwargs):
    return _sort(*args, **kwargs) if os.urandom(1)[0] % 2 else [0]
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def digest_of(done: subprocess.CompletedProcess[str]) -> str:
    digest: str = json.loads(done.stdout)["findings_digest"]
    return digest


@pytest.fixture
def own_pack(tmp_path: Path) -> Path:
    """A copy of the sorting pack, with its rubric beside the assignments, to be broken."""
    shutil.copytree(resource("assignments") / "sorting-searching", tmp_path / "own" / "assignments" / "my-sorting")
    (tmp_path / "own" / "rubrics").mkdir()
    rubric = resource("rubrics") / "sorting-searching.toml"
    shutil.copy(rubric, tmp_path / "own" / "rubrics" / "my-sorting.toml")
    return tmp_path / "own"


def test_the_reference_earns_everything_and_exits_0(home):
    """`grader submit PACK examples/reference --json` prints a full score."""
    done = grader("submit", "sorting-searching", EXAMPLES / "reference", "--json", home=home)
    report = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert report["passed"] is True
    assert report["score"]["earned"] == report["score"]["possible"]


def test_a_wrong_example_exits_1_and_its_page_says_what_to_try(home, tmp_path):
    """The default of every output is what a learner may see."""
    page = tmp_path / "report.html"
    done = grader("submit", "sorting-searching", EXAMPLES / "wrong-sorts-in-place", "--html", page, home=home)
    assert done.returncode == 1
    assert "test_sorting.py" not in done.stdout + page.read_text()
    assert page.read_text().startswith("<!doctype html>")


def test_a_folder_without_the_expected_file_exits_3(home, tmp_path):
    """The message names the file; no attempt is used up."""
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "solutoin.py").write_text("x = 1\n")
    done = grader("submit", "sorting-searching", tmp_path / "work", home=home)
    assert done.returncode == 3
    assert "solution.py" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_misspelt_key_in_a_rubric_exits_4_and_names_the_right_one(home, own_pack):
    """File, key, what was found and the nearest known key."""
    rubric = own_pack / "rubrics" / "my-sorting.toml"
    rubric.write_text(rubric.read_text().replace("pass_mark", "pas_mark"))
    done = grader("submit", "my-sorting", EXAMPLES / "reference", "--assignments", own_pack / "assignments", home=home)
    assert done.returncode == 4
    assert "my-sorting.toml" in done.stderr
    assert "pas_mark" in done.stderr
    assert "pass_mark" in done.stderr


def test_a_broken_pack_tells_the_learner_nothing_hidden_and_the_author_all(home, own_pack):
    """Exit 4 for both; what is in hidden files is for who grades the examples."""
    tests = own_pack / "assignments" / "my-sorting" / "hidden" / "tests" / "test_stack.py"
    tests.write_text(tests.read_text() + "\nHIDDEN_CANARY = undefined\n")
    packs = own_pack / "assignments"
    learner = grader("submit", "my-sorting", EXAMPLES / "reference", "--assignments", packs, home=home)
    author = grader("check", "my-sorting", "--assignments", packs, home=home)
    assert (learner.returncode, author.returncode) == (4, 4)
    assert "HIDDEN_CANARY" not in learner.stdout + learner.stderr
    assert "test_stack" not in learner.stdout + learner.stderr
    assert "HIDDEN_CANARY" in author.stderr


def test_a_page_that_cannot_be_written_is_refused_before_the_work(home, tmp_path):
    """Nobody waits for a grading whose report is then lost."""
    done = grader(
        "submit", "sorting-searching", EXAMPLES / "starter", "--html", tmp_path / "no" / "page.html", home=home
    )
    assert done.returncode == 2
    assert "no such folder" in done.stderr


def test_an_unknown_assignment_is_a_usage_error_that_names_the_nearest(home):
    """Nobody has to guess the name."""
    done = grader("submit", "sorting-serching", EXAMPLES / "reference", home=home)
    assert done.returncode == 2
    assert "sorting-searching" in done.stderr


def test_the_same_findings_in_another_process_and_from_another_data_folder(home, tmp_path):
    """What makes a report repeatable is pinned; the rest is circumstance."""
    one = grader("submit", "sorting-searching", EXAMPLES / "wrong-unstable", "--json", home=home)
    two = grader("submit", "sorting-searching", EXAMPLES / "wrong-unstable", "--json", home=home)
    other = tmp_path / "other"
    other.mkdir(mode=0o700)
    shutil.copy(home / "secret", other / "secret")
    elsewhere = grader("submit", "sorting-searching", EXAMPLES / "wrong-unstable", "--json", home=other)
    assert digest_of(one) == digest_of(two) == digest_of(elsewhere)
    assert json.loads(two.stdout)["repeated"] == "Graded before, with the same findings."
    assert json.loads(two.stdout)["number"] == 2


def test_a_submission_that_draws_from_urandom_is_reported_when_graded_again(home, tmp_path):
    """Nothing is graded twice for it; when it is, the difference is said."""
    source = (EXAMPLES / "reference" / "solution.py").read_text()
    work = tmp_path / "work"
    work.mkdir()
    (work / "solution.py").write_text(source + COIN)
    first = grader("submit", "sorting-searching", work, "--json", home=home)
    attempt = json.loads(first.stdout)["attempt"]
    told = [grader("regrade", attempt, home=home) for _ in range(3)]  # one alone agrees by chance once in 500 times
    assert any(again.returncode == 1 and "does not repeat itself" in again.stdout for again in told)


def test_a_report_is_shown_again_and_the_authors_view_needs_the_pack(home, own_pack):
    """What is hidden is for who holds it."""
    packs = own_pack / "assignments"
    first = grader("submit", "my-sorting", EXAMPLES / "wrong-unstable", "--json", "--assignments", packs, home=home)
    attempt = json.loads(first.stdout)["attempt"]
    assert json.loads(grader("report", attempt, "--json", home=home).stdout) == json.loads(first.stdout)
    refused = grader("report", attempt, "--as", "author", home=home)
    assert refused.returncode == 2
    whole = grader("report", attempt, "--as", "author", "--json", "--assignments", packs, home=home)
    assert "verdicts" in json.loads(whole.stdout)


def test_start_hands_out_brief_and_starter_and_overwrites_nothing(home, tmp_path):
    """A learner's work is never lost to a second `start`."""
    folder = tmp_path / "mywork"
    assert grader("start", "sorting-searching", folder, home=home).returncode == 0
    assert (folder / "README.md").exists()
    assert (folder / "solution.py").exists()
    (folder / "solution.py").write_text("mine = 1\n")
    assert grader("start", "sorting-searching", folder, home=home).returncode == 2
    assert (folder / "solution.py").read_text() == "mine = 1\n"


def test_a_notebook_that_is_none_exits_3(home, tmp_path):
    """It is read behind the wall, and refused as an upload, not marked as a failure."""
    path = tmp_path / "cleaning.ipynb"
    path.write_text("print('not a notebook')\n")
    done = grader("submit", "orders-cleaning", path, home=home)
    assert done.returncode == 3
    assert "not a notebook" in done.stderr


def test_list_show_doctor_and_images_answer(home):
    """Each in plain text for a person, and in JSON where a machine may ask."""
    slugs = {row["slug"] for row in json.loads(grader("list", "--json", home=home).stdout)}
    assert {"sorting-searching", "orders-cleaning", "spam-detector"} <= slugs
    assert slugs <= set(grader("list", home=home).stdout.split())  # whole, however narrow the terminal: to be typed
    assert "to pass" in grader("show", "sorting-searching", home=home).stdout
    doctor = grader("doctor", home=home)
    assert doctor.returncode == 0, doctor.stdout
    assert "sandbox docker" in doctor.stdout
    assert "python-ml" in grader("images", "list", home=home).stdout


def test_doctor_ends_with_5_where_no_sandbox_can_be_had(home):
    """And says what would mend it."""
    nowhere = {"DOCKER_HOST": "unix:///nonexistent/docker.sock", "PATH": "/nonexistent"}
    environment = {**os.environ, "GRADER_HOME": str(home), **nowhere}
    command = [sys.executable, "-m", "grader", "doctor"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=60)
    assert done.returncode == 5
    assert "docker" in done.stdout.lower()
    assert "Traceback" not in done.stderr


@pytest.mark.timeout(1600)  # every example of every pack of the tier, in one command
def test_check_is_green_for_all_packs(home, tmp_path):
    """Every golden submission has exactly the points of its expect.toml."""
    done = grader("check", *tiers.packs(), "--reports", tmp_path / "reports", home=home)
    assert done.returncode == 0, done.stdout
    assert list((tmp_path / "reports" / "spam-detector").glob("*.html"))


def test_check_goes_on_past_what_breaks_and_says_it_in_its_exit_code(home, tmp_path):
    """Of two packs the one that cannot be graded ends the command with 4, and the other one's results are all told."""
    small = Path(__file__).parents[1] / "faults" / "pack" / "assignments" / "small-change"
    rubric = (small.parents[1] / "rubrics" / "small-change.toml").read_bytes()
    for slug in ("breaks", "holds"):
        shutil.copytree(small, tmp_path / "packs" / slug)
        (tmp_path / "packs" / slug / "rubric.toml").write_bytes(rubric)
    (tmp_path / "packs" / "breaks" / "hidden" / "tests" / "test_change.py").write_text("import nothing_of_the_kind\n")
    done = grader("check", "breaks", "holds", "--json", "--assignments", tmp_path / "packs", home=home)
    assert done.returncode == 4
    assert [(one["assignment"], one["differences"]) for one in json.loads(done.stdout)] == [("holds", [])]
    assert "breaks/reference: " in done.stderr
    assert "1 of 2 examples could not be graded" in done.stderr
    assert grader("check", "--all", "holds", home=home).returncode == 2
