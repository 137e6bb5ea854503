"""What was graded in a cell is graded again in boxes of its own before it is certified, and must be found the same."""

import pytest
from attempts import AT
from desks import OWN, REFERENCE, RESTLESS, submit

from grader import pinned
from grader.certify.certifying import certify
from grader.certify.grounds import NotCertifiable
from grader.certify.office import Recipient, own_trust
from grader.certify.verification import verify_file
from grader.confirming import CONFIRMED, confirm
from grader.credential import Standing
from grader.model import Course
from grader.store.schema import gradings


def confirmed(desk, sandbox, attempt, *, demo=False):
    return confirm(desk, lambda: sandbox, attempt, demo=demo, progress=lambda _step: None)


def ended(store):
    with store.database.reading() as connection:
        return [row.ended for row in connection.execute(gradings.select().order_by(gradings.c.id))]


def test_a_cell_is_confirmed_in_boxes_of_its_own_and_both_reports_are_kept(office, desk, sandbox, tmp_path):
    first = submit(desk, sandbox, tmp_path / "work").report
    attempt = first.circumstances.attempt
    assert first.circumstances.tenancy == "cell"
    with pytest.raises(NotCertifiable, match="not again in boxes of its own yet"):
        certify(office, attempt, Recipient(), at=AT)
    again = confirmed(desk, sandbox, attempt)
    assert (again.circumstances.tenancy, again.circumstances.practice_only) == ("single", ())
    assert again.findings_digest == first.findings_digest
    assert again.circumstances.received_at == first.circumstances.received_at
    kept = office.store.reports(attempt)
    assert [one.circumstances.tenancy for one in kept] == ["single", "cell"]
    assert kept[1] == first
    assert office.store.learner_report(attempt).repeated == CONFIRMED
    assert ended(office.store) == ["graded", "same"]
    statement = verify_file(certify(office, attempt, Recipient(), at=AT).bundle, own_trust(office.keyring), at=AT)
    assert statement.standing is Standing.ESTABLISHED
    assert statement.claim.evidence.report == again.report_digest


def test_confirmed_once_it_is_not_graded_again(desk, sandbox, tmp_path):
    attempt = submit(desk, sandbox, tmp_path / "work").report.circumstances.attempt
    one = confirmed(desk, sandbox, attempt)
    opened = sandbox.opened["learner"]
    assert confirmed(desk, sandbox, attempt) == one
    assert sandbox.opened["learner"] == opened


def test_what_was_graded_in_boxes_of_its_own_needs_no_confirming(desk, sandbox, tmp_path, office):
    office.store.agreement.put_course(Course(id="c1", tenancy="single"))
    report = submit(desk, sandbox, tmp_path / "work", course="c1").report
    opened = sandbox.opened["learner"]
    assert confirmed(desk, sandbox, report.circumstances.attempt) == report
    assert sandbox.opened["learner"] == opened
    assert ended(office.store) == ["graded"]


def test_other_findings_are_told_and_noted_and_nothing_is_certified(office, desk, sandbox, tmp_path):
    source = RESTLESS.format(path=str(tmp_path / "broken"))
    attempt = submit(desk, sandbox, tmp_path / "work", source).report.circumstances.attempt
    (tmp_path / "broken").touch()
    with pytest.raises(NotCertifiable, match="found otherwise"):
        confirmed(desk, sandbox, attempt)
    assert [one.circumstances.tenancy for one in office.store.reports(attempt)] == ["cell"]
    assert ended(office.store) == ["graded", "other"]
    with pytest.raises(NotCertifiable):
        certify(office, attempt, Recipient(), at=AT)
    assert office.store.certificates.of_attempt(attempt) is None


def test_what_else_speaks_against_it_is_told_before_anything_is_graded(desk, sandbox, tmp_path):
    attempts = [
        submit(desk, sandbox, tmp_path / "work", source).report.circumstances.attempt
        for source in (REFERENCE, OWN.replace("def leftmost", "def left_most"))
    ]
    opened = sandbox.opened["learner"]
    with pytest.raises(NotCertifiable, match="known example"):
        confirmed(desk, sandbox, attempts[0])
    with pytest.raises(NotCertifiable, match="did not pass") as told:
        confirmed(desk, sandbox, attempts[1])
    assert "cell" not in str(told.value)
    assert sandbox.opened["learner"] == opened
    assert confirmed(desk, sandbox, attempts[0], demo=True).circumstances.tenancy == "single"


def test_by_another_engine_nothing_is_graded_and_it_is_said(desk, sandbox, tmp_path, monkeypatch):
    attempt = submit(desk, sandbox, tmp_path / "work").report.circumstances.attempt
    opened = sandbox.opened["learner"]
    monkeypatch.setattr(pinned, "engine_digest", lambda: "sha256:" + "0" * 64)
    with pytest.raises(NotCertifiable, match="engine here is not what judged then"):
        confirmed(desk, sandbox, attempt)
    assert sandbox.opened["learner"] == opened
