"""Whoever watches sees what the store knows: the same figures on every host, and health as it is."""

import http.client
import json
from contextlib import contextmanager

import pytest
from handing_in import hand_in
from prometheus_client.parser import text_string_to_metric_families
from services import redis_server

from grader.errors import EngineError
from grader.model import Grading, Lane
from grader.queue import Queue
from grader.store import Store
from grader.store.gradings import note
from grader.store.jobs import ENGINE
from grader.watch import watched


class Answering:
    """A queue that answers, or does not."""

    well = True

    def answer(self):
        if not self.well:
            raise EngineError("the queue does not answer at /nowhere")
        return "7.0"


@pytest.fixture
def store(tmp_path):
    """One waits, one is running, one is parked."""
    store = Store(tmp_path / "home")
    for one in ("a1", "a2", "a3"):
        hand_in(store, one)
    store.jobs.claim("a1", "w1")
    store.jobs.park(store.jobs.claim("a2", "w2"), ENGINE, "why", grading("a2", ended="parked"))
    yield store
    store.database.close()


def grading(attempt_id, **more):
    fields = {"worker": "w1", "lane": Lane.INTERACTIVE, "started_at": 1.0, "seconds": 0.5, **more}
    return Grading(attempt=attempt_id, **fields)


@contextmanager
def answering(store, queue=None, alive=2):
    """Give what asks for a path, and returns status, kind and content."""
    with watched(("127.0.0.1", 0), store, queue or Answering(), lambda: alive) as port:

        def ask(path, method="GET"):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            try:
                connection.request(method, path)
                answer = connection.getresponse()
                return answer.status, answer.getheader("Content-Type"), answer.read()
            finally:
                connection.close()

        ask.port = port
        yield ask


def figures(ask):
    """Return every sample of /metrics, by name and labels."""
    status, kind, content = ask("/metrics")
    assert status == 200
    assert kind.startswith("text/plain")
    families = list(text_string_to_metric_families(content.decode()))
    assert all(family.documentation for family in families)
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value for family in families for sample in family.samples
    }


def test_every_figure_is_there_and_can_be_read(store):
    """Jobs by lane and state, ages, gradings, time, refusals, workers: of an installation where little happened."""
    store.agreement.be_seen("w1", ("python-core",))
    store.agreement.note_refusal()
    store.agreement.note_refusal()
    with answering(store) as ask:
        found = figures(ask)
    for lane in Lane:
        for state in ("waiting", "running", "parked"):
            expected = 1 if lane is Lane.INTERACTIVE else 0
            assert found["grader_jobs", *sorted((lane.value, state))] == expected
        assert found["grader_oldest_seconds", lane.value] >= 0
    assert found["grader_gradings_total", "interactive", "parked"] == 1
    assert found["grader_grading_seconds_total", "interactive", "parked"] == 0.5
    assert found["grader_box_cpu_seconds_total", "interactive", "parked"] == 0
    assert found["grader_refused_jobs_total",] == 2
    assert found["grader_workers",] == 1


def test_costs_are_those_of_the_gradings(store):
    """Added up by lane and by how they ended; the same after a restart, because nothing is counted here."""
    with store.database.writing() as connection:
        for ended, lane, seconds, cpu_ms in (
            ("graded", Lane.INTERACTIVE, 1.5, 700),
            ("graded", Lane.INTERACTIVE, 2.5, 300),
            ("graded", Lane.BATCH, 8.0, 4000),
            ("retried", Lane.INTERACTIVE, 1.0, 0),
        ):
            note(connection, grading("a1", ended=ended, lane=lane, seconds=seconds, cpu_ms=cpu_ms))
    for _ in range(2):
        with answering(store) as ask:
            found = figures(ask)
        assert found["grader_gradings_total", "graded", "interactive"] == 2
        assert found["grader_grading_seconds_total", "graded", "interactive"] == 4.0
        assert found["grader_box_cpu_seconds_total", "graded", "interactive"] == 1.0
        assert found["grader_box_cpu_seconds_total", "batch", "graded"] == 4.0
        assert found["grader_gradings_total", "interactive", "retried"] == 1


def test_figures_change_with_the_store(store):
    with answering(store) as ask:
        assert figures(ask)["grader_jobs", "interactive", "waiting"] == 1
        store.jobs.claim("a3", "w3")
        found = figures(ask)
    assert found["grader_jobs", "interactive", "waiting"] == 0
    assert found["grader_jobs", "interactive", "running"] == 2


def test_an_installation_where_nothing_happened_has_figures_too(tmp_path):
    empty = Store(tmp_path / "home")
    with answering(empty) as ask:
        found = figures(ask)
    assert found["grader_jobs", "interactive", "waiting"] == 0
    assert (found["grader_workers",], found["grader_refused_jobs_total",]) == (0, 0)
    empty.database.close()


def test_who_is_well_says_so(store):
    with answering(store) as ask:
        status, kind, content = ask("/health")
    assert (status, kind) == (200, "application/json")
    assert json.loads(content) == {"well": True, "workers": 2, "store": "answers", "queue": "answers"}


def test_who_has_no_workers_is_not_well(store):
    with answering(store, alive=0) as ask:
        status, _, content = ask("/health")
    assert status == 503
    assert json.loads(content) == {"well": False, "workers": 0, "store": "answers", "queue": "answers"}


def test_who_does_not_reach_the_queue_is_not_well_and_says_which(store):
    queue = Answering()
    with answering(store, queue) as ask:
        queue.well = False
        status, _, content = ask("/health")
        assert status == 503
        assert json.loads(content)["queue"] == "the queue does not answer at /nowhere"
        queue.well = True
        assert ask("/health")[0] == 200


def test_who_does_not_reach_the_store_is_not_well_and_tells_no_password(tmp_path):
    """And figures that cannot be had are no figures: not an empty page, not zeros."""
    lost = Store(tmp_path, url="postgresql://grader:s3cr3t@127.0.0.1:1/none")
    with answering(lost) as ask:
        status, _, content = ask("/health")
        assert status == 503
        assert "cannot be used" in json.loads(content)["store"]
        assert b"s3cr3t" not in content
        status, _, content = ask("/metrics")
    assert status == 503
    assert b"grader_jobs" not in content
    assert b"s3cr3t" not in content


@pytest.mark.parametrize("path", ["/", "/metric", "/metrics/x", "/../health", "/%2e%2e/etc/passwd"])
def test_there_is_nothing_else(store, path):
    with answering(store) as ask:
        status, _, content = ask(path)
    assert (status, content) == (404, b"there are /metrics and /health\n")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_can_be_done_here(store, method):
    with answering(store) as ask:
        assert ask("/metrics", method)[0] == 501


def test_a_port_that_is_taken_is_told_and_one_is_free_after(store):
    with answering(store) as ask:
        address = "127.0.0.1", ask.port
        with pytest.raises(EngineError, match="choose another --port"), watched(address, store, Answering(), lambda: 1):
            pass
    with watched(address, store, Answering(), lambda: 1) as port:
        assert port == address[1]


@pytest.mark.services
def test_the_queue_that_is_asked_is_the_real_one(store):
    """Well while it runs, and not after."""
    with redis_server() as server, answering(store, Queue(server.url)) as ask:
        assert ask("/health")[0] == 200
        server.stop()
        assert ask("/health")[0] == 503
