"""What people say is kept and decides: once, in one transaction, on both databases; nothing is run again."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction
from threading import Barrier

import pytest
from review_pack import automatic, desk_of, hand_in
from sqlalchemy import select

from grader import catalog
from grader.certify.grounds import grounds
from grader.errors import UsageError
from grader.model import JobState, State, Word
from grader.reviewing import rating
from grader.reviewing.agreement import agreements
from grader.reviewing.reading import waiting, work
from grader.store import records
from grader.store.certificates import Certificate
from grader.store.erasing import erase_learner
from grader.store.retention import prune
from grader.store.schema import reports, reviews
from grader.story.reviewed import carried_over


@pytest.fixture
def desk(any_store, tmp_path):
    return desk_of(any_store, tmp_path / "packs")


def rate(desk, who, level, *, attempt="a1", check="clarity", comment="Read it aloud."):
    return rating.rate(desk, attempt, check, level=level, comment=comment, reviewer=who).report


def stands(desk, attempt="a1"):
    return desk.store.attempt(attempt).state


def rows(desk):
    with desk.store.database.reading() as connection:
        return connection.execute(select(reviews).order_by(reviews.c.number)).all()


def test_the_second_word_makes_the_report_final_and_the_automatic_part_is_as_it_was(desk):
    before = hand_in(desk, "a1")
    assert [ground for ground in grounds(desk.store.attempt("a1"), before) if "waits for a person" in ground]
    first = rate(desk, "bob", "Good")
    assert (first.provisional, stands(desk)) == (True, State.PROVISIONAL)
    final = rate(desk, "cyd", "usable")
    assert (final.provisional, final.passed, stands(desk)) == (False, True, State.GRADED)
    assert final.score.earned == 4 + Fraction(6 * 3, 4)
    assert final.verdicts[0] == before.verdicts[0]
    assert final.findings_digest == before.findings_digest
    assert final.report_digest not in {before.report_digest, first.report_digest}
    assert desk.store.report("a1") == final
    assert [one.report_digest for one in desk.store.reports("a1")] == [
        final.report_digest,
        first.report_digest,
        before.report_digest,
    ]
    assert not [ground for ground in grounds(desk.store.attempt("a1"), final) if "waits" in ground]


def test_the_learner_reads_level_sentence_and_comment_and_never_who_said_it(desk):
    hand_in(desk, "a1")
    rate(desk, "bob-the-reviewer", "Good", comment="<b>Fine</b> \u202e")
    rate(desk, "cyd-the-reviewer", "Good")
    shown = desk.store.learner_report("a1")
    (check,) = shown.criteria[1].checks
    assert [item.sentence for item in check.items] == ["Good: A stranger enjoys it."]
    assert check.notes == ("A reviewer: <b>Fine</b> \u202e", "A reviewer: Read it aloud.")
    page = desk.store.page("a1")
    assert "&lt;b&gt;Fine&lt;/b&gt; ⟨U+202E⟩" in page
    assert "Read it aloud." in page
    assert "the-reviewer" not in page + repr(shown)


def test_a_changed_mind_is_a_new_row_and_counts_and_may_reopen_what_was_decided(desk):
    hand_in(desk, "a1")
    rate(desk, "bob", "Good")
    rate(desk, "cyd", "Good")
    assert stands(desk) is State.GRADED
    assert rate(desk, "cyd", "Not yet").provisional
    assert stands(desk) is State.PROVISIONAL
    assert rate(desk, "dan", "Usable").score.earned == 7
    assert [(row.reviewer, row.level) for row in rows(desk)] == [
        ("bob", "Good"),
        ("cyd", "Good"),
        ("cyd", "Not yet"),
        ("dan", "Usable"),
    ]
    assert all(row.given_at.endswith("+00:00") for row in rows(desk))


REFUSED = [
    ({"who": "ada"}, "handed this in"),
    ({"level": "Splendid"}, "is no level"),
    ({"level": "Goood"}, 'did you mean "Good"'),
    ({"check": "own-work"}, "nobody is asked for"),
    ({"check": "clarit"}, 'did you mean "clarity"'),
    ({"attempt": "a2"}, "no report of attempt a2"),
    ({"comment": " "}, "--comment"),
    ({"comment": "x" * 1501}, "1501 characters"),
    ({"comment": "a\0b"}, "control character"),
    ({"who": ""}, "--as"),
    ({"who": "b\x1bob"}, "--as"),
]


@pytest.mark.parametrize(("wrong", "says"), REFUSED, ids=[says for _, says in REFUSED])
def test_what_cannot_be_taken_is_said_and_nothing_is_kept(desk, wrong, says):
    before = hand_in(desk, "a1")
    given = {"who": "bob", "level": "Good"} | wrong
    with pytest.raises(UsageError) as refused:
        rate(desk, given.pop("who"), given.pop("level"), **given)
    assert says in str(refused.value)
    assert rows(desk) == []
    assert desk.store.report("a1") == before


def test_who_is_not_needed_any_more_is_told_so(desk):
    hand_in(desk, "a1")
    rate(desk, "bob", "Good")
    rate(desk, "cyd", "Usable")
    with pytest.raises(UsageError, match="is decided"):
        rate(desk, "dan", "Not yet")
    assert len(rows(desk)) == 2


def test_two_who_speak_at_the_same_moment_decide_once(desk):
    """Promises that neither decision is lost: the second sees the first, whichever that is."""
    hand_in(desk, "a1")
    barrier = Barrier(2)

    def speak(who):
        barrier.wait()
        return rate(desk, who, "Good").provisional

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(speak, ["bob", "cyd"]))
    assert said == [False, True]
    assert stands(desk) is State.GRADED


def test_a_rating_that_is_refused_inside_leaves_no_trace(desk):
    """Promises that the row, the report and the state are one: when the report cannot be made, nothing has happened."""
    before = hand_in(desk, "a1")

    def broken(*_):
        raise UsageError("no")

    rate(desk, "bob", "Good")
    kept = desk.store.report("a1")
    said = replace(desk.store.reviews.of(before)[0], reviewer="cyd", number=0)
    with pytest.raises(UsageError, match="no"):
        desk.store.reviews.rate(said, broken)
    assert desk.store.report("a1") == kept
    assert len(rows(desk)) == 1


def test_what_did_not_pass_the_automatic_part_waits_for_nobody(desk):
    hand_in(desk, "a1", word=Word.FAILED)
    assert waiting(desk) == ()
    with pytest.raises(UsageError, match="nothing that a person judges"):
        rate(desk, "bob", "Good")


def test_the_queue_is_by_age_and_leaves_out_what_a_reviewer_has_judged_or_handed_in(desk):
    hand_in(desk, "young", received_at="2026-01-02T00:00:00+00:00", course="c1")
    hand_in(desk, "old", received_at="2026-01-01T00:00:00+00:00", learner="bob")
    assert [(one.attempt, one.check, one.given) for one in waiting(desk)] == [
        ("old", "clarity", 0),
        ("young", "clarity", 0),
    ]
    rate(desk, "cyd", "Good", attempt="old")
    assert [one.given for one in waiting(desk)] == [1, 0]
    assert [one.attempt for one in waiting(desk, reviewer="cyd")] == ["young"]
    assert [one.attempt for one in waiting(desk, reviewer="bob")] == ["young"]
    assert [one.attempt for one in waiting(desk, course="c1")] == ["young"]
    assert "bob" not in repr(waiting(desk))


def test_a_reviewer_does_not_see_what_the_other_said_before_it_is_decided(desk):
    hand_in(desk, "a1")
    rate(desk, "bob", "Good")
    (asked,) = work(desk, "a1").asked
    assert (asked.given, asked.ratings) == (1, ())
    rate(desk, "cyd", "Good")
    (asked,) = work(desk, "a1").asked
    assert [one.reviewer for one in asked.ratings] == ["bob", "cyd"]


def test_agreement_is_of_what_each_said_first_pair_by_pair(desk):
    words = {"a1": ("Good", "Good"), "a2": ("Good", "Usable"), "a3": ("Not yet", "Not yet"), "a4": ("Usable", "Good")}
    for attempt, (bob, cyd) in words.items():
        hand_in(desk, attempt, course="c1")
        rate(desk, "bob", bob, attempt=attempt)
        rate(desk, "cyd", cyd, attempt=attempt)
    rate(desk, "cyd", "Good", attempt="a2")
    (one,) = agreements(desk, "c1")
    assert (one.reviewers, one.both, one.same) == (("bob", "cyd"), 4, Fraction(1, 2))
    # chance: Good 2/4 x 2/4, Usable 1/4 x 1/4, Not yet 1/4 x 1/4 = 3/8, so (1/2 - 3/8) / (5/8)
    assert one.kappa == Fraction(1, 5)
    assert agreements(desk, "") == ()


def test_graded_again_by_the_same_pack_what_people_said_stands(desk):
    """Promises that a regrade, and a confirmation before certifying, ask nobody a second time."""
    hand_in(desk, "a1")
    rate(desk, "bob", "Good")
    final = rate(desk, "cyd", "Good")
    pack = catalog.load("essay", desk.settings.assignments)
    fresh = automatic(pack, desk.store.attempt("a1"))
    assert carried_over(pack, fresh, final).report_digest == final.report_digest
    assert carried_over(pack, fresh, None).provisional
    other = replace(final, circumstances=replace(final.circumstances, attempt="a2"))
    assert carried_over(pack, fresh, other).provisional


def test_what_is_certified_keeps_what_people_said_of_it(desk):
    hand_in(desk, "a1")
    rate(desk, "bob", "Good")
    rate(desk, "cyd", "Good")
    desk.store.certificates.draft(
        Certificate(
            id="urn:uuid:1",
            attempt="a1",
            learner="ada",
            subject="s",
            list_id="l",
            list_index=1,
            issued_at="2026-01-01T00:00:00Z",
            credential=b"c",
        )
    )
    with pytest.raises(UsageError, match="is certified"):
        rate(desk, "cyd", "Not yet")
    desk.store.certificates.revoke("urn:uuid:1", at="2026-01-02T00:00:00Z", reason="judged anew")
    assert rate(desk, "cyd", "Not yet").provisional


def test_what_is_graded_at_this_moment_is_not_reviewed(desk, stand):
    (job,) = stand(desk.store, "a9")
    assert desk.store.jobs.claim("a9", "w").state is JobState.RUNNING
    hand_in(desk, "a9")
    with pytest.raises(UsageError, match="at this moment"):
        rate(desk, "bob", "Good", attempt=job.attempt)


def test_ratings_go_with_the_attempt(desk):
    for attempt, learner in (("a1", "ada"), ("a2", "eve")):
        hand_in(desk, attempt, learner=learner)
        rate(desk, "bob", "Good", attempt=attempt)
    erase_learner(desk.store, "ada")
    assert [row.attempt for row in rows(desk)] == ["a2"]
    prune(desk.store, "2027-01-01T00:00:00+00:00")
    assert rows(desk) == []


def test_ratings_belong_to_the_version_that_judged(desk, tmp_path):
    """Promises that levels of an old rubric are not read as those of a new one."""
    report = hand_in(desk, "a1")
    rate(desk, "bob", "Good")
    other = replace(report, pins=replace(report.pins, rubric=f"sha256:{'0' * 64}"))
    assert desk.store.reviews.of(other) == ()
    with desk.store.database.writing() as connection:
        records.put_report(connection, "a1", records.report_row(other, desk.store.learner_report("a1"), ""), now=9e9)
    with pytest.raises(UsageError, match="version of essay that graded this attempt is not here"):
        rate(desk, "cyd", "Good")
    with desk.store.database.reading() as connection:
        assert len(connection.execute(select(reports.c.version)).all()) == 3
