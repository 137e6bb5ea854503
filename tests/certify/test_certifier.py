"""Certifying has a lane and a process of its own: it alone has keys, it grades nothing, and a worker cannot certify."""

import os
import select
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from attempts import put_graded
from command import grader
from crews import children_of
from desks import RESTLESS, submit
from services import redis_server

from grader import pipeline
from grader.certifier import LINE, Certifier
from grader.certify.grounds import NotCertifiable
from grader.certify.office import own_trust
from grader.certify.verification import verify_file
from grader.credential import Standing
from grader.log import open_log
from grader.model import Lane
from grader.queue import Queue
from grader.reception import line_up_again
from grader.requesting import answer, ask_for_certificate
from grader.store import Store
from grader.store.erasing import erase_learner
from grader.store.requests import Request

ISSUER = {"GRADER_ISSUER": "School of Examples"}


@pytest.fixture
def certifier(office):
    return Certifier(office, Queue("redis://nobody.invalid"), open_log())


def carry_out_regrade(desk, sandbox, attempt):
    """What a worker does with the job that it finds in the lane."""
    job = desk.store.jobs.claim(attempt, "worker")
    assert job.lane is Lane.REGRADE
    return pipeline.carry_out(desk, lambda: sandbox, job, progress=lambda _step: None)


# --- who has keys -----------------------------------------------------------------------------------------------------


def test_nothing_that_a_worker_imports_can_open_a_key():
    """The modules that read key files are not there in a worker's process, nor what calls them."""
    program = (
        "import sys, grader.jobs, grader.crew; "
        "print([name for name in sys.modules if name in {'grader.certify.keyring', 'grader.certify.certifying', "
        "'grader.certifier', 'grader.credential.key_file', 'grader.ledger.keyfile', 'grader.cli.office'}])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.services
def test_a_worker_is_not_told_where_keys_are(tmp_path):
    """Its environment, as the kernel has it, names neither the folder of keys nor the issuer; its parent's does."""
    with redis_server() as server, (tmp_path / "log").open("wb") as log:
        environment = {**os.environ, **ISSUER, "GRADER_HOME": str(tmp_path / "home"), "GRADER_REDIS_URL": server.url,
                       "GRADER_KEYS": str(tmp_path / "vault"), "GRADER_SANDBOX": "embedded"}  # fmt: skip
        command = [sys.executable, "-m", "grader", "work", "--processes", "1", "--port", "0"]
        crew = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
        try:
            told = worker_environment(crew.pid)
        finally:
            crew.send_signal(signal.SIGTERM)
            crew.wait()
    assert b"GRADER_HOME" in told
    assert b"GRADER_KEYS" not in told
    assert b"GRADER_ISSUER" not in told
    assert str(tmp_path / "vault").encode() not in told


def worker_environment(crew):
    """Return the environment of a worker once it is one."""
    for _ in range(60 * 50):
        for child in children_of(crew):
            command = Path(f"/proc/{child}/cmdline").read_bytes()
            if b"grader.jobs" in command:
                return Path(f"/proc/{child}/environ").read_bytes()
        select.select([], [], [], 0.02)
    raise AssertionError("no worker was started")


def test_no_worker_serves_the_lane(tmp_path):
    done = grader("work", "--lane", "certify", home=tmp_path / "home", GRADER_REDIS_URL="unix:///nowhere")
    assert done.returncode == 2
    assert "workers have no keys" in done.stderr


def test_keys_can_lie_where_the_store_does_not(tmp_path):
    vault = {"GRADER_KEYS": str(tmp_path / "vault"), **ISSUER}
    assert grader("keys", "new", home=tmp_path / "home", **vault).returncode == 0
    assert {path.name for path in (tmp_path / "vault").iterdir()} == {"issuer.key", "log.key"}
    assert not (tmp_path / "home" / "keys").exists()
    told = grader("keys", "show", home=tmp_path / "home", **ISSUER)
    assert told.returncode == 2
    assert "no keys" in told.stderr


# --- the life of a request --------------------------------------------------------------------------------------------


def test_asked_for_it_is_certified_and_the_request_is_forgotten(office, desk, graded, certifier):
    graded()
    ask_for_certificate(desk, Request(attempt="a1", name="Ada Lovelace", email="ada@school.example"))
    assert office.store.requests.ready(9) == ("a1",)
    assert answer(desk, "a1") is None
    certifier.carry_out("a1")
    certificate = answer(desk, "a1")
    now = datetime.now(UTC)
    statement = verify_file(certificate.bundle, own_trust(office.keyring), at=now)
    assert statement.standing is Standing.ESTABLISHED
    assert statement.claim.learner.name == "Ada Lovelace"
    assert office.store.requests.of_attempt("a1") is None
    size = office.ledger.size
    certifier.carry_out("a1")  # as a queue may ask twice, or a forger
    certifier.carry_out("nobody")
    assert office.ledger.size == size


def test_what_nobody_asked_for_is_not_certified_whatever_stands_in_the_queue(office, graded, certifier):
    graded()
    certifier.carry_out("a1")
    assert office.store.certificates.of_attempt("a1") is None


def test_what_speaks_against_it_is_told_when_asking_and_nothing_is_kept(desk, graded):
    graded(passed=False)
    with pytest.raises(NotCertifiable, match="did not pass"):
        ask_for_certificate(desk, Request(attempt="a1", name="Ada"))
    assert desk.store.requests.of_attempt("a1") is None


def test_a_cell_waits_for_a_worker_which_grades_alone_and_is_certified_then(office, desk, sandbox, certifier, tmp_path):
    report = submit(desk, sandbox, tmp_path / "work").report
    attempt = report.circumstances.attempt
    ask_for_certificate(desk, Request(attempt=attempt))
    assert office.store.requests.ready(9) == ()
    again = carry_out_regrade(desk, sandbox, attempt).report
    assert again.circumstances.tenancy == "single"
    assert [one.circumstances.tenancy for one in office.store.reports(attempt)] == ["single", "cell"]
    assert office.store.requests.ready(9) == (attempt,)
    certifier.carry_out(attempt)
    assert answer(desk, attempt).bundle


def test_found_otherwise_it_is_refused_told_once_and_can_be_asked_for_again(office, desk, sandbox, certifier, tmp_path):
    source = RESTLESS.format(path=str(tmp_path / "broken"))
    attempt = submit(desk, sandbox, tmp_path / "work", source).report.circumstances.attempt
    ask_for_certificate(desk, Request(attempt=attempt))
    (tmp_path / "broken").touch()
    carry_out_regrade(desk, sandbox, attempt)
    certifier.carry_out(attempt)
    status = {one.lane: one.parked for one in office.store.overview.lanes()}
    assert status[Lane.CERTIFY] == 1
    with pytest.raises(NotCertifiable, match="found otherwise"):
        answer(desk, attempt)
    assert answer(desk, attempt) is None
    assert office.store.requests.of_attempt(attempt) is None
    assert office.store.certificates.of_attempt(attempt) is None
    (tmp_path / "broken").unlink()
    ask_for_certificate(desk, Request(attempt=attempt))
    carry_out_regrade(desk, sandbox, attempt)
    certifier.carry_out(attempt)
    assert answer(desk, attempt).bundle


def test_a_regrade_that_nobody_wants_certified_is_graded_as_ever(desk, sandbox, tmp_path):
    attempt = submit(desk, sandbox, tmp_path / "work").report.circumstances.attempt
    assert line_up_again(desk, attempt)
    assert carry_out_regrade(desk, sandbox, attempt).report.circumstances.tenancy == "cell"
    assert len(desk.store.reports(attempt)) == 1


def test_our_fault_puts_it_off_and_loses_nothing(office, desk, graded, certifier, monkeypatch):
    graded()
    ask_for_certificate(desk, Request(attempt="a1"))
    with monkeypatch.context() as patch:
        patch.setattr(office.ledger, "publish", lambda _signers: 1 / 0)
        certifier.carry_out("a1")
    asked = office.store.requests.of_attempt("a1")
    assert (asked.tries, asked.refused) == (1, "")
    assert office.store.requests.ready(9) == ()  # not yet
    certifier.carry_out("a1")
    assert answer(desk, "a1").bundle


def test_an_erased_learner_is_not_in_the_requests(office, desk, graded):
    graded("a1")
    graded("a2", learner="bob")
    for attempt in ("a1", "a2"):
        ask_for_certificate(desk, Request(attempt=attempt, name="Somebody", email="x@school.example"))
    erase_learner(office.store, "ada")
    assert office.store.requests.of_attempt("a1") is None
    assert office.store.requests.of_attempt("a2") is not None


@pytest.mark.services
def test_the_whole_way_by_command(tmp_path):
    """Asked for it is exit 6; a certifier in a process of its own; then the bundle is written, without any key."""
    home = tmp_path / "home"
    vault = {"GRADER_KEYS": str(tmp_path / "vault"), **ISSUER}
    assert grader("keys", "new", home=home, **vault).returncode == 0
    (tmp_path / "trust.toml").write_text(grader("keys", "show", "--trust", home=home, **vault).stdout)
    store = Store(home)
    put_graded(store, "a1")
    store.database.close()
    with redis_server() as server, (tmp_path / "log").open("wb") as log:
        queue = {"GRADER_REDIS_URL": server.url}
        words = ("certify", "a1", "--name", "Ada Lovelace", "--out", tmp_path / "ada.zip")
        first = grader(*words, home=home, **queue)
        assert (first.returncode, (tmp_path / "ada.zip").exists()) == (6, False), first.stderr
        assert Queue(server.url).lengths([LINE]) == [0]  # it is in the store; who has the keys puts it in line
        environment = {**os.environ, **vault, **queue, "GRADER_HOME": str(home)}
        process = subprocess.Popen([sys.executable, "-m", "grader", "certifier"], env=environment, stderr=log)
        try:
            done = grader(*words, "--wait", home=home, **queue)
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait() == 0
    assert done.returncode == 0, done.stderr + (tmp_path / "log").read_text()
    told = grader("verify", tmp_path / "ada.zip", "--trust", tmp_path / "trust.toml", home=home)
    assert told.returncode == 0
    assert "Ada Lovelace" in told.stdout
