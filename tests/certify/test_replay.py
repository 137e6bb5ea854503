"""Replaying: graded again by what the certificate pins, and compared; by anything else, not graded at all."""

import sqlite3
from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace

import pytest
from attempts import AT
from desks import OWN, RESTLESS, Forks, desk_of, submit

from grader import canonical, pinned
from grader.certify.bundle import read_bundle, write_bundle
from grader.certify.certifying import certify
from grader.certify.office import Recipient, own_trust
from grader.certify.verification import verify_file
from grader.credential import NOBODY, Standing
from grader.model import Course, Figure, Outcome, Verdict, Word
from grader.render import sample
from grader.replay import comparison, replay, within_rounding
from grader.store.content import LEARNER_REPORT, REPORT, record
from grader.store.erasing import erase_learner


@pytest.fixture
def desk(known, office):
    """A desk whose course `c1` grades in boxes of their own."""
    office.store.agreement.put_course(Course(id="c1", tenancy="single"))
    return desk_of(known, office.store)


@pytest.fixture
def certified(office, desk, sandbox, tmp_path):
    """Has a solution graded and certified; returns the certificate as it is kept."""

    def made(source=OWN):
        done = submit(desk, sandbox, tmp_path / "work", source, course="c1")
        return certify(office, done.report.circumstances.attempt, Recipient(), at=AT)

    return made


def stated(office, content, trust=None):
    return verify_file(content, own_trust(office.keyring) if trust is None else trust, at=AT)


def replayed(desk, sandbox, statement):
    return replay(desk, lambda: sandbox, statement, progress=lambda _step: None)


def everything_in(store):
    """Every row of every table, as text."""
    with sqlite3.connect(store.home / "store.sqlite") as raw:
        said = "\n".join(raw.iterdump())
    raw.close()
    return said


def test_the_same_submission_by_the_same_pack_is_the_same_and_the_store_stays_as_it_was(
    office, desk, sandbox, certified
):
    certificate = certified()
    before = everything_in(office.store)
    opened = sandbox.opened["learner"]
    done = replayed(desk, sandbox, stated(office, certificate.bundle))
    assert done.standing is Standing.ESTABLISHED, done
    assert (done.attempt, {pin.same for pin in done.pins}) == (certificate.attempt, {True})
    assert {pin.name for pin in done.pins} >= {"pack", "rubric", "engine", "recipe of the box"}
    assert len(done.compared) > 10
    assert sandbox.opened["learner"] > opened
    assert everything_in(office.store) == before


def test_what_differs_is_named_and_the_store_keeps_its_report(office, desk, sandbox, certified, tmp_path):
    certificate = certified(RESTLESS.format(path=str(tmp_path / "broken")))
    (tmp_path / "broken").touch()
    before = everything_in(office.store)
    done = replayed(desk, sandbox, stated(office, certificate.bundle))
    assert done.standing is Standing.REFUSED
    differ = {one.subject: (one.certified, one.replayed) for one in done.compared if not one.same}
    assert "points in all" in differ
    assert any(then == "PASSED" and now == "FAILED" for then, now in differ.values())
    assert everything_in(office.store) == before


def test_another_engine_or_recipe_is_said_and_nothing_is_graded(office, desk, sandbox, certified, monkeypatch):
    certificate = certified()
    statement = stated(office, certificate.bundle)
    opened = sandbox.opened["learner"]
    with monkeypatch.context() as patch:
        patch.setattr(pinned, "engine_digest", lambda: "sha256:" + "0" * 64)
        other_engine = replayed(desk, sandbox, statement)
    with monkeypatch.context() as patch:
        patch.setattr(Forks, "recipe", lambda _self, family: f"of another {family}")
        other_recipe = replayed(desk, sandbox, statement)
    assert other_engine.standing is other_recipe.standing is Standing.UNKNOWN
    assert [pin.name for pin in other_engine.pins if not pin.same] == ["engine"]
    assert [pin.name for pin in other_recipe.pins if not pin.same] == ["recipe of the box", "recipe of the proctor"]
    assert "engine here is not what the certificate pins" in other_engine.sentence
    assert sandbox.opened["learner"] == opened


def test_a_pack_that_was_pruned_is_looked_for_in_the_folders_and_another_does_not_do(
    office, desk, sandbox, certified, tmp_path
):
    certificate = certified()
    statement = stated(office, certificate.bundle)
    with sqlite3.connect(office.store.home / "store.sqlite") as raw:
        raw.execute("delete from packs")
    raw.close()
    assert replayed(desk, sandbox, statement).standing is Standing.ESTABLISHED
    (tmp_path / "none").mkdir()
    elsewhere = replace(desk, settings=replace(desk.settings, assignments=(tmp_path / "none",)))
    done = replayed(elsewhere, sandbox, statement)
    assert done.standing is Standing.UNKNOWN
    assert {pin.name: pin.here for pin in done.pins if not pin.same} == {"pack": "not here", "rubric": "not here"}


def test_a_refused_certificate_an_unknown_one_and_an_erased_one_are_not_graded(
    office, desk, sandbox, certified, tmp_path
):
    certificate = certified()
    bundle = read_bundle(certificate.bundle)
    tampered = write_bundle(replace(bundle, leaf=bundle.leaf.replace(b"1", b"2", 1)))
    opened = sandbox.opened["learner"]
    refused = replayed(desk, sandbox, stated(office, tampered))
    other = replace(desk, store=type(desk.store)(tmp_path / "another"))
    unknown = replayed(other, sandbox, stated(office, certificate.bundle))
    other.store.database.close()
    erase_learner(office.store, "ada")
    erased = replayed(desk, sandbox, stated(office, certificate.bundle))
    assert {one.standing for one in (refused, unknown, erased)} == {Standing.UNKNOWN}
    assert [word in one.sentence for word, one in (("refused", refused), ("holds the store", unknown),
                                                  ("erased", erased))] == [True] * 3  # fmt: skip
    assert sandbox.opened["learner"] == opened


def test_who_trusts_nobody_can_replay_all_the_same(office, desk, sandbox, certified):
    """What is compared is what the store holds, and it has certified this very file."""
    certificate = certified()
    assert replayed(desk, sandbox, stated(office, certificate.bundle, NOBODY)).standing is Standing.ESTABLISHED


def test_every_difference_of_two_reports_is_seen(desk, sandbox, certified, office):
    """Each field that findings cover is changed by itself, and looked for."""
    report = office.store.report(certified().attempt)
    pack = pinned.pinned_pack(desk, report.assignment, report.pins).pack
    assert all(one.same for one in comparison(report, report, pack))
    verdict = report.verdicts[0]
    item = verdict.items[0]
    changed = [
        replace(verdict, outcome=Outcome(Word.FAILED)),
        replace(verdict, earned=Fraction(1, 3)),
        replace(verdict, items=(replace(item, outcome=Outcome(Word.RAISED)), *verdict.items[1:])),
        replace(verdict, items=(replace(item, raised="KeyError"), *verdict.items[1:])),
        replace(verdict, items=verdict.items[1:]),
        replace(verdict, items=(*verdict.items, replace(item, id="one more"))),
    ]
    for other in changed:
        compared = comparison(report, replace(report, verdicts=(other, *report.verdicts[1:])), pack)
        assert not all(one.same for one in compared), other
    half = replace(report.score, earned=report.score.earned / 2)
    assert not all(one.same for one in comparison(report, replace(report, score=half), pack))


def test_of_a_metric_value_and_draws_are_compared_within_their_rounding():
    """One unit of the last place that the rubric keeps is none; more, a draw more or less, or no figure, is."""
    figure = Figure(title="macro F1", value="0.930", draws=("0.920", "0.940"))
    verdict = Verdict(check="held-out", kind="metric", outcome=Outcome(Word.PASSED), earned=Fraction(1), figure=figure)
    report = replace(sample.author_report(), verdicts=(verdict,))
    pack = SimpleNamespace(rubric=SimpleNamespace(checks={"held-out": SimpleNamespace(decimals=3)}))

    def differ(other):
        again = replace(report, verdicts=(replace(verdict, figure=other),))
        return [one.subject for one in comparison(report, again, pack) if not one.same]

    assert differ(replace(figure, value="0.931", draws=("0.921", "0.940"))) == []
    assert differ(replace(figure, value="0.932")) == ["held-out: macro F1"]
    assert differ(replace(figure, draws=("0.920", "0.950"))) == ["held-out: macro F1, draw 2"]
    assert differ(replace(figure, draws=("0.920",))) == ["held-out: draws"]
    assert differ(None) == ["held-out: draws", "held-out: macro F1"]


def test_what_cannot_repeat_is_not_compared():
    verdict = replace(sample.author_report().verdicts[0], repeatable=False)
    report = replace(sample.author_report(), verdicts=(verdict,))
    again = replace(report, verdicts=(replace(verdict, outcome=Outcome(Word.FAILED)),))
    assert all(one.same for one in comparison(report, again, SimpleNamespace(rubric=None)))


def test_a_report_from_before_the_engine_was_pinned_is_read_all_the_same():
    written = canonical.plain(sample.author_report())
    del written["pins"]["engine_digest"], written["circumstances"]["known_example"]
    shown = canonical.plain(sample.learner_report())
    del shown["known_example"]
    read = record(REPORT, canonical.encode(written), "report")
    assert (read.pins.engine_digest, read.circumstances.known_example) == ("", "")
    assert record(LEARNER_REPORT, canonical.encode(shown), "report").known_example is False


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("0.930", "0.930", True), ("0.930", "0.931", True), ("0.930", "0.932", False), ("", "", True),
     ("", "0.0", False), ("-0.001", "0.000", True), ("1", "0.9995", True)],
)  # fmt: skip
def test_a_metric_may_differ_by_one_unit_of_its_last_place(one, other, same):
    assert within_rounding(one, other, 3) is same
