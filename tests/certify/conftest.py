"""An office that certifies, and attempts that were graded, put into a store by its own functions: no Docker."""

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import pytest

from grader import __version__, catalog
from grader.canonical import digest, digest_tree
from grader.certify.keyring import make_keyring
from grader.certify.office import Office
from grader.credential.instants import spelled
from grader.ledger import Ledger
from grader.model import Attempt, CriterionScore, Score, State, Submission
from grader.render import sample
from grader.settings import Settings, resource
from grader.store import Store, records

AT = datetime(2026, 11, 28, 12, tzinfo=UTC)
SLUG = "sorting-searching"
FILES = {"solution.py": b"def merge_sort(xs):\n    return own_way(xs)\n"}


def criterion(name, outcome, earned, possible):
    """A line of the rubric and how it ended."""
    return CriterionScore(
        id=name, title=f"It {name}", outcome=outcome, earned=earned, possible=possible, checks=("tests",)
    )


def a_report(attempt, **changes):
    """A passed report of an attempt that can be certified, with changes of it and of its circumstances."""
    whole = sample.author_report()
    criteria = (
        criterion("sorts", "PASSED", Fraction(60), Fraction(60)),
        criterion("finds", "PARTIAL", Fraction(100, 3), Fraction(40)),
    )
    circumstances = replace(
        whole.circumstances, attempt=attempt.id, learner=attempt.learner, **changes.pop("circumstances", {})
    )
    pins = {"submission": attempt.submission, "engine": __version__, "published_secret": False}
    return replace(
        whole,
        **{
            "assignment": attempt.assignment,
            "criteria": criteria,
            "score": Score(earned=Fraction(280, 3), possible=Fraction(100), pass_mark=Fraction(90)),
            "passed": True,
            "provisional": False,
            "circumstances": circumstances,
            "pins": replace(whole.pins, **pins | changes.pop("pins", {})),
            "findings_digest": digest(attempt.id),
            "report_digest": digest([attempt.id, "report"]),
            **changes,
        },
    )


@pytest.fixture
def known(tmp_path):
    """Settings of an installation that certifies."""
    return Settings(home=tmp_path / "home", assignments=(resource("assignments"),), issuer="School of Examples")


@pytest.fixture
def office(known):
    """An office with new keys and an empty ledger."""
    opened = Office(
        store=Store(known.home), ledger=Ledger(known.home), keyring=make_keyring(known), roots=known.assignments
    )
    opened.ledger.found(opened.keyring.log, spelled(AT))
    yield opened
    opened.ledger.close()
    opened.store.database.close()


@pytest.fixture
def demo(office):
    """The same office under the name DEMO."""
    return replace(office, keyring=replace(office.keyring, issuer=replace(office.keyring.issuer, name="DEMO")))


@pytest.fixture
def graded(office):
    """Puts a graded attempt and its report into the store; returns the attempt."""

    def put(attempt_id="a1", *, files=FILES, learner="ada", state=State.GRADED, assignment=SLUG, course="", **changes):
        submission = Submission(files=files, digest=digest_tree(files))
        attempt = Attempt(
            id=attempt_id,
            assignment=assignment,
            learner=learner,
            course=course,
            submission=submission.digest,
            received_at="2026-11-28T10:00:00+00:00",
            number=1,
            state=state,
        )
        report = a_report(attempt, **changes)
        with office.store.database.writing() as connection:
            records.put_submission(connection, submission)
            records.put_attempt(connection, attempt)
            row = records.report_row(report, sample.learner_report(), "")
            records.put_report(connection, attempt_id, row, now=1.0)
        return attempt

    return put


@pytest.fixture(scope="session")
def examples():
    """The examples that ship with the sorting pack, by name."""
    return {one.name: one.files for one in catalog.examples(SLUG, [resource("assignments")])}
