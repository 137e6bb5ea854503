"""`grader review` as reviewers use it, on real Docker: from a submission that waits to a report that is final."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from command import grader

from grader.settings import resource

pytestmark = pytest.mark.docker

REFERENCE = resource("assignments") / "readme-quality" / "examples" / "reference" / "slugs-README.md"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def hand_in(home: Path, folder: Path, text: str, **options: str) -> str:
    """Hand a README in; returns its attempt's id."""
    (folder / "slugs-README.md").write_text(text, encoding="utf-8")
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    done = grader("submit", "readme-quality", folder / "slugs-README.md", "--json", *words, home=home)
    assert done.returncode == 6, done.stderr
    shown = json.loads(done.stdout)
    assert (shown["provisional"], shown["passed"]) == (True, False)
    return str(shown["attempt"])


def grade(home: Path, attempt: str, check: str, level: str, who: str):
    words = ("review", "grade", attempt, check, "--level", level, "--comment", f"Said by me of {check}.", "--as", who)
    return grader(*words, home=home)


def test_from_a_submission_that_waits_to_a_final_report(home, tmp_path):
    """Promises the whole way: the queue, the text beside the levels, two reviewers and one, a certifiable report."""
    attempt = hand_in(home, tmp_path, REFERENCE.read_text("utf-8") + "\n\x1b]0;title\x07\u202eOne more line.\n")
    waiting = grader("review", "list", "--json", home=home)
    assert [(row["attempt"], row["check"]) for row in json.loads(waiting.stdout)] == [
        (attempt, "clarity"),
        (attempt, "truth"),
    ]
    shown = grader("review", "show", attempt, home=home)
    assert "At home (1 of the points): A reader uses it at once" in shown.stdout
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202e]", shown.stdout)
    assert "⟨U+001B⟩]0;title⟨U+0007⟩⟨U+202E⟩One more line." in shown.stdout

    first = grader("report", attempt, "--json", home=home)
    assert first.returncode == 6
    for check, level, who, code in (
        ("clarity", "At home", "bob", 6),
        ("truth", "True", "bob", 6),
        ("clarity", "Getting there", "cyd", 0),
    ):
        done = grade(home, attempt, check, level, who)
        assert done.returncode == code, done.stderr
    final = grader("report", attempt, "--json", home=home)
    report = json.loads(final.stdout)
    assert final.returncode == 0
    assert (report["passed"], report["score"]["earned"]) == (True, "275/3")
    assert report["findings_digest"] == json.loads(first.stdout)["findings_digest"]
    assert "Said by me of truth." in final.stdout
    assert "bob" not in final.stdout + grader("report", attempt, home=home).stdout
    assert json.loads(grader("review", "list", "--json", home=home).stdout) == []

    again = grader("regrade", attempt, home=home)
    assert again.returncode == 0, again.stderr
    assert again.stdout.count("275/3 points") == 2

    demo = {"home": home, "GRADER_ISSUER": "DEMO"}
    assert grader("keys", "new", **demo).returncode == 0
    certified = grader("certify", attempt, "--out", tmp_path / "a.zip", **demo)
    assert certified.returncode == 0, certified.stderr
    replayed = grader("verify", tmp_path / "a.zip", "--replay", "--json", **demo)
    assert "with the same outcomes, points and metrics" in replayed.stdout
    assert "is certified" in grade(home, attempt, "truth", "Invented", "bob").stderr


def test_what_waits_for_a_person_is_not_certified(home, tmp_path):
    """Promises that nobody has a certificate for what nobody has read."""
    attempt = hand_in(home, tmp_path, REFERENCE.read_text("utf-8"))
    demo = {"home": home, "GRADER_ISSUER": "DEMO"}
    assert grader("keys", "new", **demo).returncode == 0
    refused = grader("certify", attempt, "--out", tmp_path / "a.zip", **demo)
    assert refused.returncode == 1
    assert "waits for a person" in refused.stderr + refused.stdout
    assert not (tmp_path / "a.zip").exists()


def test_agreement_and_refusals(home, tmp_path):
    """Promises figures for a course, and a sentence with exit code 2 for what cannot be taken."""
    attempt = hand_in(home, tmp_path, REFERENCE.read_text("utf-8"), course="c1", learner="ada")
    assert grade(home, attempt, "truth", "Splendid", "bob").returncode == 2
    assert 'did you mean "clarity"?' in grade(home, attempt, "clarit", "Lost", "bob").stderr
    assert "handed this in" in grade(home, attempt, "clarity", "Lost", "ada").stderr
    assert "no report of attempt nowhere" in grade(home, "nowhere", "clarity", "Lost", "bob").stderr
    for who in ("bob", "cyd"):
        assert grade(home, attempt, "clarity", "At home", who).returncode == 6
    said = grader("review", "agreement", "--course", "c1", home=home)
    assert "readme-quality  clarity  bob and cyd: 100 % of 1 the same, kappa none" in said.stdout
    assert "is decided" in grade(home, attempt, "clarity", "Lost", "dan").stderr
