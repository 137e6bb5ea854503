"""The lines in Redis are never empty while something waits, and the store is not asked more often than that takes."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from grader import dispatch
from grader.dispatch import ENOUGH, FEW, MOST, Feeder, feed, feed_line
from grader.model import Grading, Lane
from grader.queue.lines import LineName
from grader.store.gradings import note
from grader.store.line import PACE_SECONDS

LINE = LineName(Lane.INTERACTIVE, "python-core")
OTHER = LineName(Lane.BATCH, "python-core")


@dataclass
class Lines:
    """A queue without a Redis."""

    held: dict[LineName, list[str]] = field(default_factory=dict)

    def there(self, line):
        return frozenset(self.held.get(line, ()))

    def lengths(self, lines):
        return [len(self.held[line]) for line in lines]

    def push_all(self, ids, line):
        self.held.setdefault(line, []).extend(ids)


@pytest.fixture
def store(any_store, clock):
    return any_store


@pytest.fixture
def asked(store, monkeypatch):
    """How often the store was asked who waits."""
    asked = []
    waiting = store.lines.waiting
    monkeypatch.setattr(store.lines, "waiting", lambda: asked.append(1) or waiting())
    return asked


def names(letter, count):
    return [f"{letter}{number:04}" for number in range(count)]


def graded(store, clock, attempt_id, count, lane=Lane.INTERACTIVE):
    """Note that so many gradings have just ended."""
    with store.database.writing() as connection:
        for _ in range(count):
            note(connection, Grading(attempt=attempt_id, worker="w1", lane=lane, started_at=clock.now - 1, seconds=1.0))


def test_the_store_is_asked_when_a_line_runs_low_and_not_between_any_two_jobs(store, stand, asked):
    """And everything is carried out in the order of the line."""
    ids, queue, done = names("a", 40), Lines(), []
    stand(store, *ids)
    feeder = Feeder(store, queue)
    for _ in ids:
        feeder.feed()
        done.append(queue.held[LINE].pop(0))
        assert store.jobs.claim(done[-1], "w1")
    assert done == ids
    assert len(asked) <= len(ids) // (ENOUGH - FEW) + 2


def test_a_line_that_has_no_more_is_not_looked_for_in_the_store(store, stand, asked):
    """Until a second has passed: whoever submits pushes it themselves."""
    stand(store, "a1")
    queue = Lines()
    feeder = Feeder(store, queue)
    assert [feeder.feed() for _ in range(5)] == [True, False, False, False, False]
    assert queue.held == {LINE: ["a1"]}
    assert len(asked) == 1


def test_who_submits_fills_their_own_line_without_counting_who_waits(store, stand, asked):
    """However many do: what a hand-in costs does not grow with the line."""
    queue = Lines()
    for attempt_id in names("a", 20):
        stand(store, attempt_id)
        feed_line(store, queue, LINE)
    assert queue.held == {LINE: names("a", FEW)}
    assert asked == []


def test_a_line_that_had_nothing_is_looked_at_again(store, stand, monkeypatch):
    monkeypatch.setattr(dispatch, "LOOK_SECONDS", 0.0)
    queue = Lines()
    feeder = Feeder(store, queue)
    assert feeder.feed()
    stand(store, "a1", lane=Lane.BATCH)
    assert feeder.feed()
    assert queue.held == {OTHER: ["a1"]}


def test_what_could_not_be_asked_is_asked_again(store, stand, monkeypatch):
    """A store that did not answer once leaves no line empty."""
    stand(store, "a1")
    queue = Lines()
    feeder = Feeder(store, queue)
    with monkeypatch.context() as broken:
        broken.setattr(store.lines, "waiting", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            feeder.feed()
    assert feeder.feed()
    assert queue.held == {LINE: ["a1"]}


@pytest.mark.parametrize(("done", "pushed"), [(0, ENOUGH), (10, ENOUGH), (50, 20), (5000, MOST)])
def test_a_line_holds_what_is_graded_in_two_seconds(store, clock, stand, done, pushed):
    """Few where gradings take long, so that turns are decided late; more where they do not; never all there are."""
    stand(store, *names("a", MOST + 50))
    graded(store, clock, "a0000", done)
    assert feed(store, Lines()) == pushed


def test_pace_is_that_of_this_moment_and_of_the_lane(store, clock, stand):
    stand(store, "a1")
    graded(store, clock, "a1", 10)
    graded(store, clock, "a1", 30, Lane.BATCH)
    assert (store.lines.pace(Lane.INTERACTIVE), store.lines.pace(Lane.BATCH)) == (10 / PACE_SECONDS, 30 / PACE_SECONDS)
    clock.now += PACE_SECONDS + 1
    assert store.lines.pace(Lane.INTERACTIVE) == 0
