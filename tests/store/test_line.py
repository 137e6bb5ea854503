"""Nobody waits for a second turn of somebody else's before the first of their own."""

from collections import Counter
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from grader.model import Grading, Lane
from grader.store.gradings import note
from grader.store.jobs import BACKOFF_SECONDS, ENGINE
from grader.store.line import SERVED_SECONDS
from grader.store.overview import RATE_SECONDS
from grader.store.schema import attempts, gradings, jobs, reports

SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12, deadline=None)
LANE, NEEDS = Lane.INTERACTIVE, "python-core"


@pytest.fixture
def store(any_store, clock):
    return any_store


def order(store, lane=LANE, needs=NEEDS, most=2000):
    return store.lines.next(lane, needs, most)


def grading(attempt_id, **more):
    fields = {"attempt": attempt_id, "worker": "w1", "lane": LANE, "started_at": 0.0, "seconds": 1.0, **more}
    return Grading(**fields)


def serve(store, clock, seconds=1.0):
    """Do what a worker does with the first in line, which takes so long; returns it."""
    (first,) = order(store, most=1)
    started = clock.now
    clock.now += seconds
    with store.database.writing() as connection:
        connection.execute(jobs.delete().where(jobs.c.attempt == first))
        note(connection, grading(first, started_at=started, seconds=seconds))
    return first


def empty(store):
    with store.database.writing() as connection:
        for table in (gradings, jobs, reports, attempts):
            connection.execute(table.delete())


def names(letter, count):
    return [f"{letter}{number:04}" for number in range(count)]


# --- the rule, as plainly as it can be said ---------------------------------------------------------------------------


@dataclass
class Model:
    """The line as one would keep it on paper.

    Attributes:
        waiting: id, course, learner and time of each that waits.
        had: course, learner and end of each turn.
    """

    waiting: list[tuple[str, str, str, float]] = field(default_factory=list)
    had: list[tuple[str, str, float]] = field(default_factory=list)

    def order(self, now: float) -> list[str]:
        recent = [(course, learner) for course, learner, at in self.had if at > now - SERVED_SECONDS]
        of_learner, of_course = Counter(recent), Counter(course for course, _ in recent)
        turns = []
        for one, course, learner, at in sorted(self.waiting, key=lambda row: (row[3], row[0])):
            of_learner[course, learner] += 1
            turns.append((of_learner[course, learner], at, one, course))
        places = []
        for _, at, one, course in sorted(turns):
            of_course[course] += 1
            places.append((of_course[course], at, one))
        return [one for _, _, one in sorted(places)]

    def serve(self, one: str, at: float) -> None:
        (row,) = [row for row in self.waiting if row[0] == one]
        self.waiting.remove(row)
        self.had.append((row[1], row[2], at))


ARRIVALS = st.lists(
    st.tuples(st.sampled_from(["", "cs1", "cs2"]), st.sampled_from(["ada", "bob", "eve"]), st.sampled_from([0, 1, 7])),
    min_size=1,
    max_size=14,
)


@settings(SHARED, phases=[Phase.generate])  # each example takes a while, and is short as it is
@given(arrivals=ARRIVALS, pauses=st.lists(st.sampled_from([0, 1, 25, 61]), max_size=30), data=st.data())
def test_the_line_is_what_the_rule_says(store, clock, stand, arrivals, pauses, data):
    """Whoever comes while others are served, however long that takes; and everybody is served in the end."""
    empty(store)
    model, coming, served = Model(), list(enumerate(arrivals)), []
    pauses = [*pauses, *[1] * len(arrivals)]
    for pause in pauses:
        for number, (course, learner, later) in coming[: data.draw(st.integers(1, 4))]:
            clock.now += later
            stand(store, f"a{number:04}", course=course, learner=learner)
            model.waiting.append((f"a{number:04}", course, learner, clock.now))
            del coming[0]
        line = list(order(store))
        assert line == model.order(clock.now)
        assert [store.lines.place(one) for one in line] == list(range(1, len(line) + 1))
        if line:
            served.append(serve(store, clock, pause))
            model.serve(line[0], clock.now)
    while order(store):
        served.append(serve(store, clock))
    assert sorted(served) == names("a", len(arrivals))[: len(served)]
    assert len(served) == len(arrivals) - len(coming)


# --- what the rule promises -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [1.0, 20.0, SERVED_SECONDS + 30])
def test_who_hands_in_once_is_served_second_at_the_latest(store, clock, stand, seconds):
    """Though another has fifty in line, and however long each of them takes."""
    stand(store, *names("a", 50), learner="ada")
    for _ in range(3):
        serve(store, clock, seconds)
    clock.now += 1
    stand(store, "b1", learner="bob")
    assert store.lines.place("b1") <= 2
    assert "b1" in {serve(store, clock, seconds) for _ in range(2)}


@SHARED
@given(many=st.integers(1, 60), had=st.integers(0, 5), others=st.integers(1, 5))
def test_of_many_learners_each_has_a_turn_before_anybody_has_a_second(store, clock, stand, many, had, others):
    """Whoever has had turns of late waits for those who have had none."""
    empty(store)
    stand(store, *names("a", many + had), learner="ada")
    for _ in range(had):
        serve(store, clock)
    for number in range(others):
        clock.now += 1
        stand(store, f"b{number}", f"c{number}", learner=f"bob{number}")
    first = order(store, most=others + 1)
    assert {f"b{number}" for number in range(others)} <= set(first)


def test_a_course_with_a_thousand_leaves_another_its_half(store, clock, stand):
    """They take turns, until the smaller has nothing left."""
    for number in range(10):
        stand(store, *names(f"a{number}", 100), course="big", learner=f"ada{number}")
    clock.now += 1
    stand(store, *names("b", 10), course="small", learner="bob")
    served = [serve(store, clock, 0.5) for _ in range(22)]
    assert [one[0] for one in served[:20]] == list("ab") * 10
    assert [one[0] for one in served[20:]] == ["a", "a"]
    of_learner = Counter(one[:2] for one in served if one[0] == "a")
    assert set(of_learner.values()) <= {1, 2}


def test_equal_turns_go_by_arrival(store, clock, stand):
    """And those of the same moment always in the same order."""
    for one, learner in (("c", "ada"), ("a", "bob"), ("b", "eve")):
        clock.now += 1
        stand(store, one, learner=learner)
    stand(store, "f", learner="kim")
    stand(store, "e", learner="max")
    clock.now += 1
    assert order(store) == ("c", "a", "b", "e", "f")


def test_what_is_being_graded_is_a_turn(store, clock, stand):
    """Two workers at once do not both serve one learner while another waits."""
    stand(store, *names("a", 5), learner="ada")
    clock.now += 1
    stand(store, *names("b", 2), learner="bob")
    assert store.jobs.claim(order(store)[0], "w1").learner == "ada"
    assert store.jobs.claim(order(store)[0], "w2").learner == "bob"
    assert store.jobs.claim(order(store)[0], "w3").learner == "ada"


def test_a_turn_that_was_had_long_ago_does_not_count(store, clock, stand):
    stand(store, *names("a", 3), learner="ada")
    serve(store, clock)
    clock.now += 1
    stand(store, "b1", learner="bob")
    assert order(store)[0] == "b1"
    clock.now += SERVED_SECONDS + 1
    assert order(store)[0] == "a0001"


def test_nobody_starves_while_others_keep_coming(store, clock, stand):
    """A learner with two in line, and every second somebody new, for two minutes."""
    stand(store, "a1", "a2", learner="ada")
    served = []
    for number in range(int(2 * SERVED_SECONDS)):
        stand(store, f"b{number}", learner=f"bob{number}")
        served.append(serve(store, clock))
    assert {"a1", "a2"} <= set(served)


# --- who stands in a line ---------------------------------------------------------------------------------------------


def test_what_waits_for_a_later_try_is_not_next(store, clock, stand):
    """Its place is the one that it will have when its time has come."""
    stand(store, "a1", learner="ada")
    stand(store, "b1", learner="bob")
    store.jobs.give_back(store.jobs.claim("a1", "w1"), "down", grading("a1", started_at=clock.now))
    assert order(store) == ("b1",)
    assert store.lines.waiting() == {(LANE, NEEDS): 1}
    assert store.lines.place("a1") == 2
    clock.now += BACKOFF_SECONDS[0]
    assert order(store) == ("b1", "a1")
    assert store.lines.waiting() == {(LANE, NEEDS): 2}


def test_lines_are_apart(store, clock, stand):
    """By lane and by what grading takes: who stands in one is not before anybody in another."""
    stand(store, "a1", learner="ada")
    stand(store, "a2", learner="ada", lane=Lane.BATCH)
    stand(store, "a3", learner="ada", assignment="spam", needs="python-core+python-ml")
    for one, lane, needs in (
        ("a1", LANE, NEEDS),
        ("a2", Lane.BATCH, NEEDS),
        ("a3", LANE, "python-core+python-ml"),
    ):
        assert order(store, lane, needs) == (one,)
        assert store.lines.place(one) == 1
    assert store.lines.waiting() == {
        (LANE, NEEDS): 1,
        (Lane.BATCH, NEEDS): 1,
        (LANE, "python-core+python-ml"): 1,
    }
    assert order(store, Lane.GPU) == ()
    assert set(store.packs.needs()) == {NEEDS, "python-core+python-ml"}


def test_a_turn_in_one_lane_is_none_in_another(store, clock, stand):
    """A thousand regrades of a course make no learner of it wait."""
    stand(store, *names("a", 3), course="cs1", lane=Lane.REGRADE)
    with store.database.writing() as connection:
        for one in names("a", 3):
            note(connection, grading(one, lane=Lane.REGRADE, started_at=clock.now))
    stand(store, "b1", course="cs1")
    clock.now += 1
    stand(store, "c1", course="cs2")
    assert order(store) == ("b1", "c1")


def test_only_what_waits_has_a_place(store, stand):
    """Not what runs, is parked, or is not there; and no more are next than were asked for."""
    stand(store, "a1", "a2", "a3")
    store.jobs.park(store.jobs.claim("a1", "w1"), ENGINE, "why", grading("a1"))
    store.jobs.claim("a2", "w1")
    assert [store.lines.place(one) for one in ("a1", "a2", "a3", "nothing")] == [0, 0, 1, 0]
    assert order(store) == ("a3",)
    assert order(store, most=0) == ()


# --- what a person sees -----------------------------------------------------------------------------------------------


def in_lane(store, lane=LANE):
    (found,) = [one for one in store.overview.lanes() if one.lane is lane]
    return found


def test_an_empty_installation(store):
    """Every lane is there, with nothing in it and nobody to wait for."""
    assert [one.lane for one in store.overview.lanes()] == list(Lane)
    for one in store.overview.lanes():
        assert (one.waiting, one.running, one.parked, one.oldest_seconds, one.per_minute, one.wait_seconds) == (0,) * 6
    assert (store.overview.parked(), store.gradings.costs(), store.overview.hands()) == ((), (), ())


def test_how_a_lane_stands(store, clock, stand):
    """Counts by state, those for a later try among the waiting; the age of the oldest; each lane its own."""
    stand(store, *names("a", 5))
    clock.now += 10
    stand(store, "b1", lane=Lane.BATCH)
    store.jobs.claim("a0001", "w1")
    store.jobs.park(store.jobs.claim("a0002", "w2"), ENGINE, "why", grading("a0002"))
    store.jobs.give_back(store.jobs.claim("a0003", "w2"), "why", grading("a0003"))
    clock.now += 5
    found = in_lane(store)
    assert (found.waiting, found.running, found.parked, found.oldest_seconds) == (3, 1, 1, 15)
    found = in_lane(store, Lane.BATCH)
    assert (found.waiting, found.running, found.parked, found.oldest_seconds) == (1, 0, 0, 5)


def test_how_long_a_job_is_likely_to_wait(store, clock, stand):
    """By how fast the lane has been of late; unknown where nothing was graded; what was tried again is no progress."""
    stand(store, *names("a", 30))
    assert in_lane(store).wait_seconds == -1
    for _ in range(10):
        serve(store, clock, 6.0)
    found = in_lane(store)
    assert found.per_minute == pytest.approx(10)
    assert found.wait_seconds == pytest.approx(20 * 6)
    with store.database.writing() as connection:
        for _ in range(50):
            note(connection, grading("a0029", started_at=clock.now - 1, ended="retried"))
    assert in_lane(store).per_minute == pytest.approx(10)
    clock.now += RATE_SECONDS + 1
    assert (in_lane(store).per_minute, in_lane(store).wait_seconds) == (0, -1)


def test_what_gradings_have_cost(store, stand):
    """By lane and how they ended, all that there ever were."""
    stand(store, "a1")
    with store.database.writing() as connection:
        for ended, seconds, cpu_ms in (("graded", 1.5, 500), ("graded", 2.5, 1500), ("retried", 1.0, 0)):
            note(connection, grading("a1", ended=ended, seconds=seconds, cpu_ms=cpu_ms))
    found = [(one.lane, one.ended, one.count, one.seconds, one.cpu_seconds) for one in store.gradings.costs()]
    assert found == [(LANE, "graded", 2, 4.0, 2.0), (LANE, "retried", 1, 1.0, 0.0)]


def test_who_is_at_work(store, clock, stand):
    """Who was heard of lately, and what they are at; who has left is not there, who has a job always is."""
    stand(store, "a1")
    for name in ("w1", "w2", "w3"):
        store.agreement.be_seen(name, ("python-core", "python-ml"))
    store.jobs.claim("a1", "w1")
    store.agreement.leave("w3")
    clock.now += 20
    store.agreement.be_seen("w2", ("python-core",))
    found = [(one.name, one.families, one.seen_seconds, one.attempt) for one in store.overview.hands(15)]
    assert found == [("w1", ("python-core", "python-ml"), 20, "a1"), ("w2", ("python-core",), 0, "")]


def test_what_waits_for_a_person_is_listed_by_age(store, clock, stand):
    for one in ("b1", "a1"):
        stand(store, one)
        store.jobs.park(store.jobs.claim(one, "w1"), ENGINE, f"why {one}", grading(one))
        clock.now += 1
    found = [(one.attempt, one.assignment, one.reason, one.said) for one in store.overview.parked()]
    assert found == [("b1", "sorting", ENGINE, "why b1"), ("a1", "sorting", ENGINE, "why a1")]
