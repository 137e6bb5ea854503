"""Certificates in the store: one for an attempt, one for a bit; what was released first stays. On both databases."""

from dataclasses import replace

from grader.store.certificates import Certificate
from grader.store.erasing import erase_learner

ONE = Certificate(
    id="urn:uuid:1",
    attempt="a1",
    learner="ada",
    subject="hmac:ada",
    list_id="urn:list:revocation",
    list_index=7,
    issued_at="2026-01-01T00:00:00Z",
    credential=b"{}",
)


def test_an_attempt_has_one_certificate_and_the_first_counts(any_store):
    kept = any_store.certificates
    assert kept.draft(ONE) == ONE
    assert kept.draft(replace(ONE, id="urn:uuid:2", list_index=8)) == ONE
    assert (kept.of_attempt("a1"), kept.named("urn:uuid:1"), kept.of_learner("ada")) == (ONE, ONE, (ONE,))
    assert (kept.of_attempt("a2"), kept.named("urn:uuid:2"), kept.of_learner("bob")) == (None, None, ())


def test_a_bit_that_another_has_is_not_given_again(any_store):
    any_store.certificates.draft(ONE)
    assert any_store.certificates.draft(replace(ONE, id="urn:uuid:2", attempt="a2")) is None


def test_what_was_released_and_revoked_first_stays(any_store):
    kept = any_store.certificates
    kept.draft(ONE)
    assert kept.release(ONE.id, b"first").bundle == b"first"
    assert kept.release(ONE.id, b"second").bundle == b"first"
    assert kept.revoked_in(ONE.list_id) == ()
    for reason in ("one", "other"):
        kept.revoke(ONE.id, at="2026-01-02T00:00:00Z", reason=reason)
    assert (kept.named(ONE.id).reason, kept.revoked_in(ONE.list_id)) == ("one", (7,))


def test_a_suspension_and_its_end_are_counted_once_each(any_store):
    kept = any_store.certificates
    kept.draft(ONE)
    kept.release(ONE.id, b"bundle")
    assert kept.named(ONE.id).is_in_force
    for turns, suspended in ((1, True), (1, True), (2, False), (1, False), (3, True)):
        kept.turn(ONE.id, turns)
        assert kept.named(ONE.id).is_suspended is suspended
        assert kept.named(ONE.id).is_in_force is not suspended
        assert kept.suspended_in(ONE.list_id) == ((7,) if suspended else ())
    assert kept.revoked_in(ONE.list_id) == ()
    assert erase_learner(any_store, "ada").certificates == 1
    assert kept.suspended_in(ONE.list_id) == (7,)


def test_of_an_erased_learner_the_bit_stays_taken_and_set(any_store):
    kept = any_store.certificates
    kept.draft(ONE)
    kept.revoke(ONE.id, at="2026-01-02T00:00:00Z", reason="copied from Bob")
    assert [erase_learner(any_store, "ada").certificates for _ in range(2)] == [1, 0]
    left = kept.named(ONE.id)
    assert (left.attempt, left.learner, left.subject, left.credential, left.reason) == (ONE.id, "", "", b"", "")
    assert kept.revoked_in(ONE.list_id) == (7,)
    assert kept.draft(replace(ONE, id="urn:uuid:2", attempt="a2")) is None
