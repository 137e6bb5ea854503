"""Requests for certificates: the truth of a lane of which the queue holds ids; nobody is forgotten, nothing is held."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from grader.canonical import digest_tree
from grader.model import Attempt, Job, Lane, State, Submission
from grader.store.requests import BACKOFF_SECONDS, Request
from grader.store.retention import prune
from grader.store.schema import requests

FILES = {"solution.py": b"x = 1"}


def hand_in(store, attempt_id, *, received_at="2026-01-01T00:00:00+00:00"):
    """An attempt that was graded, and its job for once more, not lined up."""
    submission = Submission(files=FILES, digest=digest_tree(FILES))
    attempt = Attempt(id=attempt_id, assignment="sorting", learner="ada", course="", submission=submission.digest,
                      received_at=received_at, number=1, state=State.GRADED)  # fmt: skip
    store.put_submission(submission)
    store.put_attempt(attempt)
    pack = store.packs.put("sorting", {"assignments/x": b""}, "python-core")
    return Job(attempt=attempt_id, lane=Lane.REGRADE, course="", learner="ada", assignment="sorting", pack=pack,
               needs="python-core", queued_at=0.0)  # fmt: skip


@pytest.fixture
def asked(any_store):
    return any_store.requests


def test_the_oldest_is_first_and_asked_again_it_is_one_request_with_the_newer_name(any_store, asked):
    for attempt in ("b", "a"):
        hand_in(any_store, attempt)
        asked.ask(Request(attempt=attempt, name="Ada"))
    assert asked.ready(9) == ("b", "a")
    assert asked.ready(1) == ("b",)
    asked.ask(Request(attempt="b", name="Ada Lovelace"))
    assert asked.ready(9) == ("a", "b")
    assert asked.of_attempt("b").name == "Ada Lovelace"
    asked.done("b")
    assert asked.of_attempt("b") is None
    assert asked.ready(9) == ("a",)


def test_what_is_to_be_graded_first_is_lined_up_with_it_and_waited_for(any_store, asked):
    job = hand_in(any_store, "a")
    asked.ask(Request(attempt="a"), job)
    asked.ask(Request(attempt="a"), job)  # in line already
    assert asked.ready(9) == ()
    held = any_store.jobs.claim("a", "worker")
    assert held.lane is Lane.REGRADE
    assert asked.ready(9) == ()
    assert any_store.lines.waiting() == {}


def test_what_is_refused_stays_with_its_reason_and_is_not_ready(any_store, asked):
    hand_in(any_store, "a")
    asked.ask(Request(attempt="a"))
    asked.refuse("a", "no " * 5000)
    assert asked.ready(9) == ()
    assert asked.of_attempt("a").refused.startswith("no no")
    assert len(asked.of_attempt("a").refused) <= 2000
    (lane,) = (one for one in any_store.overview.lanes() if one.lane is Lane.CERTIFY)
    assert (lane.waiting, lane.parked) == (0, 1)
    asked.ask(Request(attempt="a"))
    assert asked.ready(9) == ("a",)


def test_put_off_it_waits_longer_each_time_and_for_ever_comes_again(any_store, asked):
    hand_in(any_store, "a")
    asked.ask(Request(attempt="a"))
    for tries in range(len(BACKOFF_SECONDS) + 2):
        assert asked.ready(9) == ("a",)
        request = asked.of_attempt("a")
        assert request.tries == tries
        asked.later(request)
        assert asked.ready(9) == ()
        with any_store.database.writing() as connection:  # as if the time had passed
            wait = BACKOFF_SECONDS[min(tries, len(BACKOFF_SECONDS) - 1)]
            connection.execute(update(requests).values(not_before=requests.c.not_before - wait))


def test_of_a_pruned_attempt_no_name_is_left(any_store, asked):
    hand_in(any_store, "a")
    hand_in(any_store, "b", received_at="2026-11-01T00:00:00+00:00")
    for attempt in ("a", "b"):
        asked.ask(Request(attempt=attempt, name="Ada"))
    prune(any_store, "2026-06-01T00:00:00+00:00", dry_run=True)
    assert asked.of_attempt("a") is not None
    prune(any_store, "2026-06-01T00:00:00+00:00")
    assert asked.of_attempt("a") is None
    assert asked.of_attempt("b") is not None
