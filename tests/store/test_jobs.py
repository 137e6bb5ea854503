"""A job is taken up by one worker at a time, and ends once: whoever dies, is late, or comes back from the dead."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select

from grader.errors import UsageError
from grader.model import Attempt, Course, Grading, Job, JobState, Lane, State, Submission
from grader.store.jobs import BACKOFF_SECONDS, ENGINE, LEASE_SECONDS, MOST_SAID, PACK, SUBMISSION
from grader.store.lease import held
from grader.store.schema import gradings

GRADING = Grading(attempt="a1", worker="w1", lane=Lane.INTERACTIVE, started_at=1.0, seconds=2.0)
OTHER = {"findings_digest": "sha256:" + "1" * 64}


@pytest.fixture
def store(any_store, clock, stand):
    """One attempt waits."""
    stand(any_store, "a1")
    return any_store


def state(store, attempt_id="a1"):
    return store.attempt(attempt_id).state


def ends(store, attempt_id="a1"):
    """Return how each grading of an attempt ended, in order."""
    wanted = select(gradings.c.ended).where(gradings.c.attempt == attempt_id).order_by(gradings.c.id)
    with store.database.reading() as connection:
        return list(connection.execute(wanted).scalars())


def next_number(store, stand, attempt_id):
    stand(store, attempt_id)
    return store.attempt(attempt_id).number


def graded(store, a_report, attempt_id="a1"):
    """Have an attempt graded, and return what was kept."""
    job = store.jobs.claim(attempt_id, "w0")
    store.jobs.finish(job, *a_report, replace(GRADING, attempt=attempt_id, worker="w0"))
    return store.report(attempt_id)


# --- taking up --------------------------------------------------------------------------------------------------------


def test_of_all_who_want_a_job_one_gets_it(store, stand):
    """Twelve at once for each of six jobs: the others are told that there is nothing to do."""
    names = [f"b{number}" for number in range(6)]
    stand(store, *names)
    at_once = threading.Barrier(12)

    def race(worker):
        at_once.wait()
        return [store.jobs.claim(name, f"w{worker}") for name in names]

    with ThreadPoolExecutor(12) as pool:
        found = list(pool.map(race, range(12)))
    for number, name in enumerate(names):
        won = [row[number] for row in found if row[number] is not None]
        assert len(won) == 1
        assert store.jobs.job(name) == won[0]
        assert (won[0].state, won[0].tries) == (JobState.RUNNING, 1)


def test_a_job_that_is_taken_up_is_running(store):
    """So is its attempt; and the job says who has it."""
    job = store.jobs.claim("a1", "w1")
    assert (job.worker, job.tries, job.state, job.learner) == ("w1", 1, JobState.RUNNING, "ada")
    assert state(store) is State.RUNNING


def test_there_is_nothing_to_do_for_what_is_not_there(store):
    assert store.jobs.claim("nothing", "w1") is None
    assert store.jobs.job("nothing") is None


def test_all_that_is_received_at_once_is_kept_and_numbered(store, stand):
    """Eight uploads of one learner at the same moment are eight attempts with eight numbers."""
    (job,) = stand(store, "b1")
    submission = store.attempt("a1").submission
    upload = Submission(files=store.submission(submission).files, digest=submission)
    at_once = threading.Barrier(8)

    def receive(number):
        fresh = replace(store.attempt("a1"), id=f"c{number}", state=State.RECEIVED)
        at_once.wait()
        return store.receive(fresh, upload, replace(job, attempt=f"c{number}"))

    with ThreadPoolExecutor(8) as pool:
        received = list(pool.map(receive, range(8)))
    assert {store.jobs.job(one.id).state for one in received} == {JobState.WAITING}
    assert sorted(one.number for one in received) == list(range(3, 11))


# --- the lease --------------------------------------------------------------------------------------------------------


def test_a_lease_that_is_renewed_stays(store, clock):
    """For as long as it takes."""
    job = store.jobs.claim("a1", "w1")
    for _ in range(10):
        clock.now += LEASE_SECONDS - 1
        assert store.jobs.recover() == ()
        assert store.jobs.renew(job)
    assert store.jobs.job("a1") == job


def test_a_lease_that_has_run_out_frees_the_job(store, clock):
    """Whose it was has lost it, and is told so when it asks."""
    job = store.jobs.claim("a1", "w1")
    clock.now += LEASE_SECONDS + 1
    assert store.jobs.recover() == ("a1",)
    assert (store.jobs.job("a1").state, state(store)) == (JobState.WAITING, State.QUEUED)
    assert not store.jobs.renew(job)
    again = store.jobs.claim("a1", "w2")
    assert (again.worker, again.tries) == ("w2", 2)
    assert not store.jobs.renew(job)
    assert store.jobs.renew(again)


def test_a_job_is_held_as_long_as_it_is_worked_on(store, clock, monkeypatch):
    """By a thread that does nothing else, and ends with the work."""
    monkeypatch.setattr("grader.store.lease.RENEW_SECONDS", 0.01)
    job = store.jobs.claim("a1", "w1")
    renewed = threading.Event()
    renew = store.jobs.renew

    def told(job):
        done = renew(job)
        renewed.set()
        return done

    monkeypatch.setattr(store.jobs, "renew", told)
    before = threading.active_count()
    with held(store.jobs, job):
        for _ in range(3):
            clock.now += LEASE_SECONDS - 1
            renewed.clear()
            assert renewed.wait(20)  # one that may have been under way when the clock went on
            renewed.clear()
            assert renewed.wait(20)
            assert store.jobs.recover() == ()
    assert threading.active_count() == before


def test_a_worker_that_is_known_to_be_dead_loses_its_job_at_once(store, stand):
    """And nobody else does."""
    stand(store, "b1")
    store.jobs.claim("a1", "w1")
    store.jobs.claim("b1", "w2")
    assert store.jobs.recover(dead=("w1", "w3")) == ("a1",)
    assert store.jobs.job("b1").state is JobState.RUNNING
    assert store.jobs.claim("a1", "w2").tries == 2


def test_a_job_that_took_five_workers_is_parked(store):
    """It would take all the others."""
    for number in range(1, 6):
        assert store.jobs.claim("a1", f"w{number}").tries == number
        assert store.jobs.recover(dead=(f"w{number}",)) == ("a1",)
    job = store.jobs.job("a1")
    assert (job.state, job.reason) == (JobState.PARKED, ENGINE)
    assert "5 workers" in job.said
    assert state(store) is State.NOT_GRADED
    assert store.jobs.claim("a1", "w6") is None


# --- giving back ------------------------------------------------------------------------------------------------------


def test_what_fails_is_tried_later_each_time_and_then_parked(store, clock, stand):
    """Not before its time; and an attempt that is not graded is not used up: the next has its number."""
    waits = []
    for pause in BACKOFF_SECONDS:
        job = store.jobs.claim("a1", "w1")
        assert store.jobs.give_back(job, "the engine is down", GRADING) is JobState.WAITING
        assert state(store) is State.QUEUED
        clock.now += pause - 0.5
        assert store.jobs.claim("a1", "w1") is None
        clock.now += 0.5
        waits.append(pause)
    assert waits == sorted(set(waits))
    assert store.jobs.give_back(store.jobs.claim("a1", "w1"), "still down", GRADING) is JobState.PARKED
    job = store.jobs.job("a1")
    assert (job.state, job.reason, job.said, job.worker) == (JobState.PARKED, ENGINE, "still down", "")
    assert state(store) is State.NOT_GRADED
    assert ends(store) == ["retried"] * 4 + ["parked"]
    assert next_number(store, stand, "a2") == store.attempt("a1").number == 1


def test_who_has_to_stop_gives_the_try_back(store):
    """As if the job had not been taken up: at once, and as often as it takes."""
    for _ in range(len(BACKOFF_SECONDS) + 2):
        store.jobs.release(store.jobs.claim("a1", "w1"))
        job = store.jobs.job("a1")
        assert (job.tries, job.state, job.worker, state(store)) == (0, JobState.WAITING, "", State.QUEUED)
    assert ends(store) == []


def test_who_has_lost_a_job_cannot_give_it_back_or_park_it(store):
    """Nor release it: it is another's."""
    lost = store.jobs.claim("a1", "w1")
    store.jobs.recover(dead=("w1",))
    taken = store.jobs.claim("a1", "w2")
    assert store.jobs.give_back(lost, "late", GRADING) is None
    assert store.jobs.park(lost, PACK, "late", GRADING) is None
    store.jobs.release(lost)
    assert store.jobs.job("a1") == taken
    assert (state(store), ends(store)) == (State.RUNNING, [])


@pytest.mark.parametrize("said", ["a\0b", "\udcff", "x" * 10_000])
def test_whatever_an_error_says_can_be_kept(store, said):
    """Or a job would be lost because of what it failed with."""
    assert store.jobs.park(store.jobs.claim("a1", "w1"), SUBMISSION, said, GRADING) is JobState.PARKED
    assert 0 < len(store.jobs.job("a1").said) <= MOST_SAID
    assert store.overview.parked()[0].reason == SUBMISSION


# --- the end ----------------------------------------------------------------------------------------------------------


def test_the_end_of_a_job_is_its_report(store, a_report):
    """All of it: the report, the state, the cost; and the job is no longer there."""
    report, shown = a_report
    job = store.jobs.claim("a1", "w1")
    assert store.jobs.finish(job, report, shown, GRADING) == "graded"
    assert (store.report("a1"), store.learner_report("a1")) == (report, shown)
    assert (state(store), store.jobs.job("a1"), ends(store)) == (State.GRADED, None, ["graded"])


def test_a_provisional_report_makes_a_provisional_attempt(store, a_report):
    report, shown = a_report
    store.jobs.finish(store.jobs.claim("a1", "w1"), replace(report, provisional=True), shown, GRADING)
    assert state(store) is State.PROVISIONAL


@pytest.mark.parametrize(("change", "ended"), [({}, "same"), (OTHER, "other")])
def test_who_comes_back_from_the_dead_changes_nothing(store, clock, a_report, change, ended):
    """Its lease ran out, another has finished: the first report stays, and the log says whether it was the same."""
    report, shown = a_report
    late = store.jobs.claim("a1", "w1")
    clock.now += LEASE_SECONDS + 1
    store.jobs.recover()
    store.jobs.finish(store.jobs.claim("a1", "w2"), report, shown, GRADING)
    before = store.attempt("a1")
    changed = replace(report, provisional=not report.provisional, **change)
    assert store.jobs.finish(late, changed, shown, GRADING) == ended
    assert store.report("a1") == report
    assert (store.attempt("a1"), store.jobs.job("a1"), ends(store)) == (before, None, ["graded", ended])


def test_who_is_late_may_still_be_the_first(store, clock, a_report):
    """The other's report of the same pack version is not kept then, and the job is done."""
    report, shown = a_report
    late = store.jobs.claim("a1", "w1")
    clock.now += LEASE_SECONDS + 1
    store.jobs.recover()
    second = store.jobs.claim("a1", "w2")
    assert store.jobs.finish(late, report, shown, GRADING) == "graded"
    assert store.jobs.finish(second, replace(report, **OTHER), shown, GRADING) == "other"
    assert (store.report("a1"), store.jobs.job("a1"), state(store)) == (report, None, State.GRADED)


def test_who_is_late_takes_nothing_else_out_of_the_line(store, clock, a_report):
    """What was lined up since, to be graded again, still waits."""
    report, shown = a_report
    late = store.jobs.claim("a1", "w1")
    clock.now += LEASE_SECONDS + 1
    store.jobs.recover()
    graded(store, a_report)
    again = replace(late, lane=Lane.REGRADE, tries=0)
    clock.now += 1
    assert store.jobs.line_up_again(again)
    assert store.jobs.finish(late, report, shown, GRADING) == "same"
    assert store.jobs.job("a1") is not None


def test_of_workers_that_finish_at_once_one_report_is_kept(store, a_report):
    """Whatever they found; and each of them is told how it ended."""
    report, shown = a_report
    job = store.jobs.claim("a1", "w1")
    at_once = threading.Barrier(6)

    def finish(number):
        at_once.wait()
        one = replace(report, findings_digest=f"sha256:{number:064}")
        return one, store.jobs.finish(job, one, shown, GRADING)

    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(finish, range(6)))
    assert sorted(ended for _, ended in done) == ["graded"] + ["other"] * 5
    assert [one for one, ended in done if ended == "graded"] == [store.report("a1")]


def test_another_pack_version_has_a_report_of_its_own(store, clock, a_report):
    """And is what is shown from then on."""
    report, shown = a_report
    graded(store, a_report)
    clock.now += 1
    store.jobs.line_up_again(Job(**{**job_fields(store), "lane": Lane.REGRADE}))
    newer = replace(report, pins=replace(report.pins, pack="sha256:" + "2" * 64))
    assert store.jobs.finish(store.jobs.claim("a1", "w1"), newer, shown, GRADING) == "graded"
    assert store.report("a1") == newer


def job_fields(store, attempt_id="a1", slug="sorting"):
    """Return the fields of a job of an attempt that has none."""
    attempt = store.attempt(attempt_id)
    pack = store.packs.put(slug, {"assignments/x": slug.encode()}, "python-core")
    return {
        "attempt": attempt_id,
        "lane": Lane.INTERACTIVE,
        "course": attempt.course,
        "learner": attempt.learner,
        "assignment": attempt.assignment,
        "pack": pack,
        "needs": "python-core",
        "queued_at": 0.0,
    }


# --- once more --------------------------------------------------------------------------------------------------------


def test_an_attempt_stays_graded_while_it_is_graded_again(store, clock, a_report):
    """Waiting, running, given back, lost and parked: its report is there all the time."""
    report = graded(store, a_report)
    again = Job(**{**job_fields(store), "lane": Lane.REGRADE})

    def stays():
        return state(store) is State.GRADED and store.report("a1") == report

    assert store.jobs.line_up_again(again)
    assert stays()
    assert not store.jobs.line_up_again(again)
    job = store.jobs.claim("a1", "w1")
    assert stays()
    store.jobs.give_back(job, "down", GRADING)
    assert stays()
    clock.now += BACKOFF_SECONDS[0]
    store.jobs.claim("a1", "w1")
    store.jobs.recover(dead=("w1",))
    assert stays()
    store.jobs.release(store.jobs.claim("a1", "w1"))
    assert stays()
    store.jobs.park(store.jobs.claim("a1", "w1"), PACK, "wrong", GRADING)
    assert stays()
    store.jobs.retry(("a1",))
    assert stays()


def test_what_is_parked_is_lined_up_again_by_an_operators_word(store, stand):
    """Fresh, as if it had never been tried; by name, or all but what nobody but the learner can mend."""
    stand(store, "b1", "c1")
    for name, reason in (("a1", ENGINE), ("b1", PACK), ("c1", SUBMISSION)):
        store.jobs.park(store.jobs.claim(name, "w1"), reason, "why", replace(GRADING, attempt=name))
    assert store.jobs.retry() == ("a1", "b1")
    for name in ("a1", "b1"):
        job = store.jobs.job(name)
        assert (job.state, job.tries, job.reason, job.said) == (JobState.WAITING, 0, "", "")
        assert state(store, name) is State.QUEUED
        assert store.jobs.claim(name, "w1") is not None
    assert state(store, "c1") is State.NOT_GRADED
    assert store.jobs.retry(("c1",)) == ("c1",)
    assert store.jobs.retry() == ()


@pytest.mark.parametrize("name", ["a1", "nothing"])
def test_what_is_not_parked_cannot_be_lined_up_again(store, stand, name):
    """And nothing else is, that was named with it."""
    stand(store, "b1")
    store.jobs.park(store.jobs.claim("b1", "w1"), ENGINE, "why", replace(GRADING, attempt="b1"))
    with pytest.raises(UsageError, match=f"{name} is not parked"):
        store.jobs.retry(("b1", name))
    assert store.jobs.job("b1").state is JobState.PARKED


def test_a_new_pack_version_wakes_what_waited_for_it_and_nothing_else(store, stand):
    """Not another pack's, not what is parked for another reason; and what it wakes is graded by the new version."""
    stand(store, "b1", "c1")
    stand(store, "d1", assignment="spam")
    reasons = {"a1": PACK, "b1": ENGINE, "c1": SUBMISSION, "d1": PACK}
    for name, reason in reasons.items():
        store.jobs.park(store.jobs.claim(name, "w1"), reason, "why", replace(GRADING, attempt=name))
    others = {name: store.jobs.job(name) for name in "b1 c1 d1".split()}
    old = store.jobs.job("a1").pack
    assert store.packs.put("sorting", {"assignments/x": b"sorting"}, "python-core") == old
    assert store.jobs.job("a1").state is JobState.PARKED
    key = store.packs.put("sorting", {"assignments/x": b"mended"}, "python-core+python-ml")
    woken = store.jobs.job("a1")
    assert (woken.state, woken.pack, woken.needs, woken.tries) == (JobState.WAITING, key, "python-core+python-ml", 0)
    assert state(store) is State.QUEUED
    assert {name: store.jobs.job(name) for name in others} == others
    assert {state(store, name) for name in others} == {State.NOT_GRADED}
    assert store.jobs.claim("a1", "w1") == replace(woken, state=JobState.RUNNING, worker="w1", tries=1)


# --- the newest only --------------------------------------------------------------------------------------------------


@pytest.fixture
def newest_only(any_store, clock):
    any_store.agreement.put_course(Course(id="cs1", newest_only=True))
    return any_store


def receive(store, attempt_id, job):
    """Hand in once more, as the desk does."""
    submission = store.submission(store.attempt(job.attempt).submission)
    fresh = replace(store.attempt(job.attempt), id=attempt_id, number=0, state=State.RECEIVED)
    return store.receive(fresh, submission, replace(job, attempt=attempt_id))


def test_where_a_course_wants_the_newest_only_older_ones_that_wait_give_way(newest_only, stand):
    """One waits, whoever hands in how often."""
    (job,) = stand(newest_only, "a1", course="cs1")
    for older, newer in (("a1", "a2"), ("a2", "a3")):
        receive(newest_only, newer, job)
        assert (newest_only.jobs.job(older), state(newest_only, older)) == (None, State.SUPERSEDED)
        assert newest_only.jobs.claim(older, "w1") is None
        assert newest_only.jobs.job(newer).state is JobState.WAITING


def test_what_gives_way_is_not_used_up(newest_only, stand, a_report):
    """It does not count: its number is that of the one that took its place."""
    (job,) = stand(newest_only, "a1", course="cs1")
    assert receive(newest_only, "a2", job).number == 1
    assert receive(newest_only, "a3", job).number == 1
    graded(newest_only, a_report, "a3")
    assert receive(newest_only, "a4", job).number == 2


def test_nobody_elses_gives_way(newest_only, stand):
    """Another learner's, another assignment's, another course's, another lane's; nor one that is not waiting."""
    stand(newest_only, "running", course="cs1")
    newest_only.jobs.claim("running", "w1")
    stand(newest_only, "learner", course="cs1", learner="bob")
    stand(newest_only, "assignment", course="cs1", assignment="spam")
    stand(newest_only, "course", course="cs2")
    stand(newest_only, "lane", course="cs1", lane=Lane.REGRADE)
    stand(newest_only, "parked", course="cs1", lane=Lane.GPU)
    newest_only.jobs.park(newest_only.jobs.claim("parked", "w1"), ENGINE, "why", replace(GRADING, attempt="parked"))
    stand(newest_only, "gpu", course="cs1", lane=Lane.GPU)
    stand(newest_only, "newest", course="cs1")
    for name in "running learner assignment course lane parked gpu newest".split():
        assert newest_only.jobs.job(name) is not None, name
        assert state(newest_only, name) is not State.SUPERSEDED, name


def test_where_the_course_does_not_say_so_every_attempt_is_graded(newest_only, stand):
    """By default, and again when the course changes its mind."""
    stand(newest_only, "a1", "a2", course="cs2")
    newest_only.agreement.put_course(Course(id="cs1", newest_only=False))
    stand(newest_only, "b1", "b2", course="cs1")
    assert all(newest_only.jobs.job(name) for name in "a1 a2 b1 b2".split())


def test_one_that_is_graded_again_gives_way_and_keeps_its_report(newest_only, stand, a_report, clock):
    """An older attempt is superseded as work to do, never as a result."""
    stand(newest_only, "a1", course="cs1")
    graded(newest_only, a_report)
    again = Job(**{**job_fields(newest_only), "lane": Lane.INTERACTIVE})
    assert newest_only.jobs.line_up_again(again)
    stand(newest_only, "a2", course="cs1")
    assert newest_only.jobs.job("a1") is None
    assert state(newest_only, "a1") is State.GRADED


def test_a_received_attempt_has_its_job_or_is_not_there(store):
    """What cannot be lined up was not received: nobody is told otherwise."""
    attempt = Attempt(
        id="b1",
        assignment="sorting",
        learner="ada",
        course="",
        submission=store.attempt("a1").submission,
        received_at="2026-01-01T00:00:00+00:00",
        number=0,
        state=State.RECEIVED,
    )
    job = Job(**{**job_fields(store), "attempt": "b1", "pack": "sha256:" + "0" * 64})
    with pytest.raises(Exception, match="cannot be used"):
        store.receive(attempt, store.submission(attempt.submission), job)
    with pytest.raises(UsageError, match="there is no attempt"):
        store.attempt("b1")
