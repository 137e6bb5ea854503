"""From a submission in a cell to its certificate, and to its replay, by command and on real Docker."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from command import grader
from services import redis_server

from grader.settings import resource

pytestmark = pytest.mark.docker

REFERENCE = resource("assignments") / "sorting-searching" / "examples" / "reference" / "solution.py"
ISSUER = {"GRADER_ISSUER": "School of Examples"}


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Path:
    """An installation with keys, and somebody's own work, handed in and graded as its pack says."""
    folder = tmp_path_factory.mktemp("house")
    assert grader("keys", "new", home=folder / "home", **ISSUER).returncode == 0
    trust = grader("keys", "show", "--trust", home=folder / "home", **ISSUER)
    (folder / "trust.toml").write_text(trust.stdout)
    (folder / "work").mkdir()
    (folder / "work" / "solution.py").write_text(REFERENCE.read_text().replace("_merged", "_joined"))
    done = grader("submit", "sorting-searching", folder / "work", "--learner", "ada", "--json", home=folder / "home")
    assert done.returncode == 0, done.stderr
    (folder / "attempt").write_text(json.loads(done.stdout)["attempt"])
    return folder


@pytest.fixture(scope="module")
def bundle(house: Path) -> Path:
    file = house / "ada.certificate.zip"
    done = grader("certify", (house / "attempt").read_text(), "--out", file, home=house / "home", **ISSUER)
    assert done.returncode == 0, done.stderr
    return file


def test_what_was_graded_in_a_cell_is_graded_alone_and_certified(house, bundle):
    shown = grader("report", (house / "attempt").read_text(), "--as", "author", "--json", home=house / "home")
    circumstances = json.loads(shown.stdout)["circumstances"]
    assert (circumstances["tenancy"], circumstances["practice_only"]) == ("single", [])
    done = grader("verify", bundle, "--trust", house / "trust.toml", home=house / "home")
    assert done.returncode == 0, done.stdout


def test_who_holds_the_store_replays_it_and_another_engine_or_store_cannot_tell(house, bundle):
    words = ("verify", bundle, "--trust", house / "trust.toml", "--replay")
    done = grader(*words, home=house / "home")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Replayed: graded again, with the same outcomes, points and metrics" in done.stdout
    told = json.loads(grader(*words, "--json", home=house / "home").stdout)["replay"]
    assert told["standing"] == "established"
    assert all(one["same"] for one in [*told["pins"], *told["compared"]])
    other = grader(*words, home=house / "another")
    assert other.returncode == 6
    assert "Not replayed: this store knows no such certificate" in other.stdout


def test_without_a_trust_file_the_replay_does_not_make_up_for_it(house, bundle):
    done = grader("verify", bundle, "--replay", home=house / "home")
    assert done.returncode == 6
    assert "Replayed: graded again, with the same" in done.stdout


@pytest.mark.services
@pytest.mark.timeout(600)
def test_with_a_queue_a_worker_grades_alone_and_the_certifier_releases(tmp_path):
    """Of three processes one has keys: who asks, a worker that grades in a cell and then alone, the certifier."""
    home, vault = tmp_path / "home", {"GRADER_KEYS": str(tmp_path / "vault"), **ISSUER}
    assert grader("keys", "new", home=home, **vault).returncode == 0
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "solution.py").write_text(REFERENCE.read_text().replace("_merged", "_joined"))
    with redis_server() as server, (tmp_path / "log").open("wb") as log:
        queue = {"GRADER_REDIS_URL": server.url, "GRADER_HOME": str(home)}
        crowd = [
            subprocess.Popen([sys.executable, "-m", "grader", *words], env={**os.environ, **queue, **more}, stderr=log)
            for words, more in ((("work", "--processes", "1", "--port", "0"), {}), (("certifier",), vault))
        ]
        try:
            words = ("submit", "sorting-searching", tmp_path / "work", "--wait", "--json")
            done = grader(*words, home=home, GRADER_REDIS_URL=server.url)
            assert done.returncode == 0, done.stderr
            attempt = json.loads(done.stdout)["attempt"]
            words = ("certify", attempt, "--wait", "--out", tmp_path / "ada.zip")
            done = grader(*words, home=home, GRADER_REDIS_URL=server.url)
        finally:
            for process in crowd:
                process.send_signal(signal.SIGTERM)
            assert [process.wait() for process in crowd] == [0, 0]
    assert done.returncode == 0, done.stderr + (tmp_path / "log").read_text()
    shown = json.loads(grader("report", attempt, "--as", "author", "--json", home=home).stdout)
    assert shown["circumstances"]["tenancy"] == "single"
    assert (tmp_path / "ada.zip").is_file()
