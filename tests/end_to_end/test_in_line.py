"""A queue with workers as a person uses it: Redis, workers and Docker are real, and so are the commands."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from command import grader
from crews import Crew
from services import redis_server
from sqlalchemy import select

from grader.settings import resource
from grader.store import Store
from grader.store.schema import gradings

pytestmark = [pytest.mark.docker, pytest.mark.services]

EXAMPLES = resource("assignments") / "sorting-searching" / "examples"
PACK = Path(__file__).parents[1] / "faults" / "pack"
REFERENCE = PACK / "assignments" / "small-change" / "examples" / "reference"
RIGHT = (REFERENCE / "solution.py").read_text(encoding="utf-8")
HANGS = "def total(coins):\n    while True: pass\n\n\ndef largest(coins):\n    while True: pass\n"
LIMITS = "cpu_seconds = 5\nwall_seconds = 60"
WALL_SECONDS, TESTS = 10, 2


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("queue")


@pytest.fixture(scope="module")
def packs(folder):
    """A pack that hangs soon, and one that breaks: its hidden test cannot be imported."""
    root = folder / "packs"
    for slug in ("small-change", "broken-change"):
        shutil.copytree(PACK / "assignments" / "small-change", root / "assignments" / slug)
        (root / "rubrics").mkdir(exist_ok=True)
        shutil.copy(PACK / "rubrics" / "small-change.toml", root / "rubrics" / f"{slug}.toml")
        asked = root / "assignments" / slug / "assignment.toml"
        asked.write_text(asked.read_text().replace(LIMITS, f"cpu_seconds = 1\nwall_seconds = {WALL_SECONDS}"))
    broken = root / "assignments" / "broken-change" / "hidden" / "tests" / "test_change.py"
    broken.write_text("raise RuntimeError('hidden-canary')\n" + broken.read_text())
    return root / "assignments"


@pytest.fixture(scope="module")
def run(folder, packs):
    """Runs `grader` where a queue is set, with one worker at work."""
    with redis_server() as server:
        settings = {"GRADER_REDIS_URL": server.url, "GRADER_ASSIGNMENTS": str(packs)}
        environment = {**os.environ, **settings, "GRADER_HOME": str(folder / "home")}
        crew = Crew(environment, folder / "crew.log")
        crew.start(1)
        yield lambda *words: grader(*words, home=folder / "home", timeout=120, **settings)
        assert crew.stop() == 0


def submitted(done) -> str:
    """Return the attempt of a submission that is in line."""
    assert done.returncode == 6, done.stderr
    return json.loads(done.stdout)["attempt"]


def test_submit_puts_in_line_and_report_follows(run):
    """Exit 6 at once, with the attempt's id and its place; then the report, as it would be without a queue."""
    done = run("submit", "sorting-searching", EXAMPLES / "reference", "--json")
    row = json.loads(done.stdout)
    assert done.returncode == 6
    assert set(row) == {"attempt", "state", "place"}
    waited = run("submit", "sorting-searching", EXAMPLES / "starter", "--wait", "--json")
    assert waited.returncode == 1
    report = run("report", row["attempt"], "--json")  # the one before has been served by now
    assert report.returncode == 0
    assert json.loads(report.stdout)["score"]["earned"] == "100"


def test_a_batch_goes_through_its_lane(run, tmp_path):
    """Each upload is a row; one that cannot be taken stops none."""
    (tmp_path / "ada.py").write_text((EXAMPLES / "reference" / "solution.py").read_text())
    (tmp_path / "bob.zip").write_text("no archive")
    done = run("batch", "sorting-searching", tmp_path, "--wait", "--json")
    assert [row["result"] for row in json.loads(done.stdout)] == ["passed", "refused"]
    assert done.returncode == 3


def test_a_regrade_has_a_lane_of_its_own(run, folder):
    """It compares, and leaves the report and the attempt's state alone."""
    attempt = json.loads(run("submit", "small-change", REFERENCE, "--wait", "--json").stdout)["attempt"]
    assert run("regrade", attempt).returncode == 6
    assert run("submit", "small-change", REFERENCE, "--wait").returncode == 0  # interactive goes first
    store = Store(folder / "home")
    until_idle(run)
    with store.database.reading() as connection:
        lanes = connection.execute(
            select(gradings.c.lane, gradings.c.ended).where(gradings.c.attempt == attempt).order_by(gradings.c.id)
        ).all()
    store.database.close()
    assert [tuple(row) for row in lanes] == [("interactive", "graded"), ("regrade", "same")]


def test_what_hangs_and_what_breaks_delay_the_others_by_their_own_limits(run, folder, tmp_path):
    """In the middle of a lane: a submission that never ends, and a pack whose hidden tests cannot be imported."""
    work = {}
    for name, source in {"one": RIGHT, "hangs": HANGS, "two": RIGHT, "breaks": RIGHT, "three": RIGHT}.items():
        path = tmp_path / f"{name}.py"
        path.write_text(f"{source}\n# {name}\n")
        slug = "broken-change" if name == "breaks" else "small-change"
        work[name] = submitted(run("submit", slug, path, "--learner", name, "--json"))
    until_idle(run)
    store = Store(folder / "home")
    with store.database.reading() as connection:
        cost = {
            name: connection.execute(select(gradings).where(gradings.c.attempt == attempt)).one()
            for name, attempt in work.items()
        }
    store.database.close()
    assert {name: row.ended for name, row in cost.items()} == {
        "one": "graded", "hangs": "graded", "two": "graded", "breaks": "parked", "three": "graded",
    }  # fmt: skip
    ordinary = max(cost[name].seconds for name in ("one", "two", "three"))
    assert cost["hangs"].seconds < TESTS * WALL_SECONDS + 3 * ordinary + 2
    assert cost["breaks"].seconds < 3 * ordinary + 2
    assert [run("report", work[name]).returncode for name in work] == [0, 0, 0, 4, 0]


def test_a_pack_that_breaks_is_shown_to_the_operator_and_goes_on_when_it_is_mended(run, packs, tmp_path):
    """The attempt is not used up; a new version of the pack is enough."""
    path = tmp_path / "solution.py"
    path.write_text(RIGHT + "\n# waits for the pack\n")
    attempt = submitted(run("submit", "broken-change", path, "--learner", "eve", "--json"))
    until_idle(run)
    parked = json.loads(run("queue", "--json").stdout)["parked"]
    assert ("pack", attempt) in {(row["reason"], row["attempt"]) for row in parked}
    assert "hidden-canary" not in json.dumps(parked)
    tests = packs / "broken-change" / "hidden" / "tests" / "test_change.py"
    tests.write_text(tests.read_text().replace("raise RuntimeError('hidden-canary')\n", ""))
    assert run("submit", "broken-change", path, "--learner", "adam", "--wait").returncode == 0
    until_idle(run)
    report = run("report", attempt, "--json")
    assert (report.returncode, json.loads(report.stdout)["number"]) == (0, 1)


def test_doctor_looks_at_queue_and_store(run):
    """And says what answers."""
    said = run("doctor").stdout
    assert "queue: Redis" in said
    assert "store: " in said


def until_idle(run) -> None:
    """Look until nothing waits or runs."""
    for _ in range(300):
        lanes = json.loads(run("queue", "--json").stdout)["lanes"]
        if not any(lane["waiting"] or lane["running"] for lane in lanes):
            return
    pytest.fail("the queue does not empty")
