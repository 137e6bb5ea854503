"""Erasing a learner from the store: all of theirs, nothing of anybody else's, and not a byte is left in the files."""

import pytest
from sqlalchemy import select

from grader.canonical import digest_tree
from grader.errors import UsageError
from grader.model import Attempt, State, Submission
from grader.render import sample
from grader.store import records
from grader.store.certificates import ERASED, Certificate
from grader.store.erasing import erase_learner, held_of
from grader.store.requests import Request
from grader.store.schema import metadata, submissions

ADA, BOB = "ada-lovelace-1815", "bob-coecke-1968"


def handed_in(store, attempt_id, learner, files, *, graded=True):
    submission = Submission(files=files, digest=digest_tree(files))
    attempt = Attempt(
        id=attempt_id,
        assignment="sorting",
        learner=learner,
        course="",
        submission=submission.digest,
        received_at="2026-01-01T00:00:00+00:00",
        number=1,
        state=State.GRADED if graded else State.QUEUED,
    )
    with store.database.writing() as connection:
        records.put_submission(connection, submission)
        records.put_attempt(connection, attempt)
        if graded:
            row = records.report_row(sample.author_report(), sample.learner_report(), f"the page of {learner}")
            records.put_report(connection, attempt_id, row, now=1.0)
    return submission.digest


def certified(store, number, learner):
    store.certificates.draft(
        Certificate(
            id=f"urn:uuid:{number}",
            attempt=f"{learner}-{number}",
            learner=learner,
            subject=f"hmac:{learner}",
            list_id="urn:list:revocation",
            list_index=number,
            issued_at="2026-01-01T00:00:00Z",
            credential=f"the credential of {learner}".encode(),
        )
    )
    store.certificates.release(f"urn:uuid:{number}", f"the bundle of {learner}".encode())


def everything(store):
    with store.database.reading() as connection:
        return [tuple(row) for table in metadata.sorted_tables for row in connection.execute(select(table))]


def test_all_of_one_learner_goes_and_nothing_of_another(any_store):
    """Promises each table; a submission that both handed in stays, and so do bits."""
    own = handed_in(any_store, "a1", ADA, {"solution.py": b"only Ada wrote this"})
    shared = handed_in(any_store, "a2", ADA, {"solution.py": b"both wrote this"})
    handed_in(any_store, "b1", BOB, {"solution.py": b"both wrote this"})
    for number, learner in ((1, ADA), (2, ADA), (3, BOB)):
        certified(any_store, number, learner)
    for attempt, learner in (("a1", ADA), ("b1", BOB)):
        any_store.requests.ask(Request(attempt=attempt, name=f"{learner} by name", email=""))
    any_store.certificates.revoke("urn:uuid:1", at="2026-01-02T03:04:05Z", reason="copied from Bob")
    for turns in (1, 2, 3):
        any_store.certificates.turn("urn:uuid:2", turns)
    held = held_of(any_store, ADA)
    assert (held.attempts, held.reports, held.submissions, held.certificates) == (2, 2, 1, 2)
    assert erase_learner(any_store, ADA) == held
    assert not any(ADA in str(row) for row in everything(any_store))
    with any_store.database.reading() as connection:
        assert connection.execute(select(submissions.c.digest)).scalars().all() == [shared] != [own]
    assert any_store.requests.of_attempt("b1").name == f"{BOB} by name"
    assert any_store.page("b1") == f"the page of {BOB}"
    assert any_store.certificates.of_learner(BOB)[0].bundle == f"the bundle of {BOB}".encode()
    left = [any_store.certificates.named(f"urn:uuid:{number}") for number in (1, 2)]
    assert [(one.revoked_at, one.reason, one.turns, one.credential) for one in left] == [
        (ERASED, "", 0, b""),
        ("", "", 1, b""),
    ]
    assert any_store.certificates.revoked_in("urn:list:revocation") == (1,)
    assert any_store.certificates.suspended_in("urn:list:revocation") == (2,)


def test_erased_again_there_is_nothing_and_nothing_happens(any_store):
    certified(any_store, 1, ADA)
    erase_learner(any_store, ADA)
    before = everything(any_store)
    again = erase_learner(any_store, ADA)
    assert (again.attempts, again.reports, again.submissions, again.certificates) == (0, 0, 0, 0)
    assert everything(any_store) == before
    with pytest.raises(UsageError, match="whose"):
        erase_learner(any_store, "")


def test_what_waits_goes_and_what_is_being_graded_holds_it_up(any_store, stand):
    """Promises that a worker's attempt is not torn away: nothing is erased until it is done."""
    stand(any_store, "a1", "a2", learner=ADA)
    stand(any_store, "b1", learner=BOB)
    job = any_store.jobs.claim("a1", "w1")
    with pytest.raises(UsageError, match="attempt a1 is being graded"):
        erase_learner(any_store, ADA)
    assert held_of(any_store, ADA).attempts == 2
    any_store.jobs.release(job)
    assert erase_learner(any_store, ADA).attempts == 2
    assert any_store.jobs.claim("a2", "w1") is None
    assert any_store.jobs.claim("b1", "w1") is not None


def test_no_bundle_comes_to_somebody_who_was_erased_meanwhile(any_store):
    """As when somebody certified at that very moment: what was drafted is not released any more."""
    certified(any_store, 1, ADA)
    erase_learner(any_store, ADA)
    assert any_store.certificates.release("urn:uuid:1", b"late").bundle is None
    assert not any(b"late" in row for row in everything(any_store))


def test_nothing_erased_is_left_in_the_files(tmp_path):
    """Promises that what is erased is written over: no byte of it is left in the database's files."""
    from grader.store import Store  # noqa: PLC0415

    store = Store(tmp_path / "home")
    for number in range(30):
        handed_in(store, f"a{number}", ADA, {"solution.py": f"x = {number}".encode()})
        certified(store, number, ADA)

    def on_disk():
        return b"".join(path.read_bytes() for path in sorted((tmp_path / "home").iterdir()))

    assert ADA.encode() in on_disk()
    erase_learner(store, ADA)
    left = on_disk()
    assert not any(trace in left for trace in (ADA.encode(), b"the bundle of", b"the credential of", b"hmac:"))
    store.database.close()
