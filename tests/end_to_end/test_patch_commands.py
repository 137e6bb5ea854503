"""A contribution as a learner hands it in, on real Docker: a patch, a bundle, and what is not taken."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from command import grader

from grader.settings import resource

pytestmark = pytest.mark.docker

PACK = resource("assignments") / "contribution-patch"
REFERENCE = PACK / "examples" / "reference" / "work.patch"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def repository(home, tmp_path: Path) -> Path:
    """What `grader start` gives, made a repository as the brief says, with a fix of one's own."""
    assert grader("start", "contribution-patch", tmp_path / "work", home=home).returncode == 0
    folder = tmp_path / "work" / "data" / "repository"
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "Given")
    git(folder, "apply", "--index", str(REFERENCE))
    reading = folder / "durations" / "reading.py"
    reading.write_text(reading.read_text("utf-8").replace("sign, compact =", "signed, compact =").replace(
        "sign * sum", "signed * sum"), encoding="utf-8")  # fmt: skip
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "Take the sign off before the parts are read\n\nEach part had one of its own.")
    return folder


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


def test_a_patch_and_a_bundle_of_the_same_commit_are_the_same_work(home, repository):
    """Promises the points of the reference for either, the same findings, and that it is nobody's known example."""
    git(repository, "format-patch", "-1", "-o", "out")
    git(repository, "bundle", "create", "out/work.bundle", "HEAD")
    (patch,) = (repository / "out").glob("*.patch")
    shown = []
    for path in (patch, repository / "out" / "work.bundle"):
        done = grader("submit", "contribution-patch", path, "--json", home=home)
        assert done.returncode == 0, done.stdout + done.stderr
        shown.append(json.loads(done.stdout))
    assert [one["score"]["earned"] for one in shown] == ["100", "100"]
    assert shown[0]["findings_digest"] == shown[1]["findings_digest"]
    assert not shown[0]["known_example"]
    assert "Graded before, with the same findings" in shown[1]["repeated"]


def test_the_reference_is_known_and_what_is_not_taken_uses_no_attempt_up(home, tmp_path):
    """Promises that the solution that ships is marked, whatever its file is called, and that refusals say why."""
    shutil.copy(REFERENCE, tmp_path / "mine.patch")
    text = (tmp_path / "mine.patch").read_text("utf-8").replace("Put one minus", "Set a single minus")
    (tmp_path / "mine.patch").write_text(text, encoding="utf-8")
    for example in ("cheat-link", "wrong-touches-the-readme"):
        refused = grader("submit", "contribution-patch", PACK / "examples" / example / "work.patch", home=home)
        assert refused.returncode == 3
        assert refused.stderr.startswith("submission: ")
    known = grader("submit", "contribution-patch", tmp_path / "mine.patch", "--json", home=home)
    report = json.loads(known.stdout)
    assert (report["number"], report["known_example"], report["passed"]) == (1, True, True)
