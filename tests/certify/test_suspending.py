"""Suspending and its end: the ledger first, then a list of their own, which `verify` honours; and published lists."""

from contextlib import suppress
from datetime import timedelta

import pytest
from attempts import AT

from grader import catalog
from grader.canonical import digest_bytes
from grader.certify.bundle import read_bundle
from grader.certify.certifying import certify
from grader.certify.office import Recipient, own_trust
from grader.certify.revoking import reinstate, revoke, suspend
from grader.certify.skills import standing_of
from grader.certify.status_lists import LIST_HOURS, PURPOSES, kept_at, published_list
from grader.certify.verification import verify_file
from grader.credential import Standing
from grader.credential.status_list import REVOCATION, SUSPENSION, bits_of, is_set
from grader.credential.strict_json import read_object
from grader.errors import UsageError
from grader.ledger.audit import audit
from grader.ledger.content import Kind
from grader.ledger.entry import BadEntry, read_leaf, read_private

ADA = Recipient(name="Ada Lovelace")


def after(hours):
    return AT + timedelta(hours=hours)


def stated(office, certificate, *lists, at=None):
    return verify_file(certificate.bundle, own_trust(office.keyring), at=at or after(3), status_lists=lists)


def status(statement):
    return next((one.standing.value, one.sentence) for one in statement.found if one.subject == "status")


def kinds(office):
    return [read_leaf(office.ledger.entry(index).leaf).kind for index in range(office.ledger.size)]


@pytest.fixture
def certificate(office, graded):
    graded()
    return certify(office, "a1", ADA, at=AT)


def test_a_bundle_says_as_of_when_it_was_neither_revoked_nor_suspended(office, certificate):
    """Promises both lists in the bundle, and both dates in the statement."""
    bundle = read_bundle(certificate.bundle)
    assert [bits_of(_unsealed(one))[0] for one in bundle.status_lists] == [REVOCATION, SUSPENSION]
    at = "2026-11-28T12:00:00Z"
    assert status(stated(office, certificate)) == (
        "established", f"was not revoked as of {at}, and not suspended as of {at}"
    )  # fmt: skip


def test_a_suspended_certificate_is_refused_until_a_list_ends_it(office, certificate):
    """Promises that the newest suspension list decides, whichever are at hand, and in whatever order."""
    held = suspend(office, certificate.id, "looked into", at=after(1))
    assert stated(office, certificate).standing is Standing.ESTABLISHED  # its own list is from before
    refused = stated(office, certificate, held)
    assert refused.standing is Standing.REFUSED
    assert status(refused) == ("refused", "is suspended by its issuer (status list of 2026-11-28T13:00:00Z)")
    ended = reinstate(office, "a1", "nothing was found", at=after(2))
    for lists in ((held, ended), (ended, held), (ended,)):
        assert stated(office, certificate, *lists).standing is Standing.ESTABLISHED
    told = [Kind.SUSPEND, Kind.STATUSLIST, Kind.REINSTATE, Kind.STATUSLIST]
    assert kinds(office) == [Kind.GENESIS, Kind.AWARD, *told]
    changes = [read_private(office.ledger.entry(index).private).content for index in (2, 4)]
    assert [(one.of.index, one.reason) for one in changes] == [(1, "looked into"), (1, "nothing was found")]
    assert audit(office.ledger).sound


def test_of_two_lists_of_one_second_the_one_that_suspends_counts(office, certificate):
    held = suspend(office, "a1", "why", at=after(1))
    ended = reinstate(office, "a1", "why not", at=after(1))
    for lists in ((held, ended), (ended, held)):
        assert stated(office, certificate, *lists).standing is Standing.REFUSED


def test_asked_again_nothing_is_logged_again_and_a_later_suspension_is(office, certificate):
    for _ in range(2):
        suspend(office, "a1", "first", at=after(1))
    for _ in range(2):
        reinstate(office, "a1", "over", at=after(2))
    suspend(office, "a1", "second", at=after(3))
    logged = [kind for kind in kinds(office) if kind is not Kind.STATUSLIST]
    assert logged == [Kind.GENESIS, Kind.AWARD, Kind.SUSPEND, Kind.REINSTATE, Kind.SUSPEND]
    assert office.store.certificates.named(certificate.id).is_suspended


class Killed(BaseException):
    """What stands for a process that ends here."""


@pytest.mark.parametrize("step", ["append", "publish", "index_of"])
def test_who_dies_between_two_steps_is_followed_by_one_who_goes_on(office, certificate, monkeypatch, step):
    """Promises one entry for one suspension, and a list that says so, wherever the first who asked has died."""
    whole = getattr(office.ledger, step)
    for survived in range(4):
        calls = iter(range(survived))

        def die(*words, calls=calls):
            if next(calls, None) is None:
                raise Killed
            return whole(*words)

        with monkeypatch.context() as patch:
            patch.setattr(office.ledger, step, die)
            with suppress(Killed):
                suspend(office, "a1", "why", at=after(1))
    held = suspend(office, "a1", "why", at=after(1))
    assert [kind for kind in kinds(office) if kind is Kind.SUSPEND] == [Kind.SUSPEND]
    assert stated(office, certificate, held).standing is Standing.REFUSED
    assert audit(office.ledger).sound


def test_what_cannot_be_is_told(office, certificate, graded):
    """Nothing that is not there, was never suspended, or is revoked for good."""
    with pytest.raises(UsageError, match="there is no certificate"):
        suspend(office, "a9", "why", at=AT)
    with pytest.raises(UsageError, match="was never suspended"):
        reinstate(office, "a1", "why", at=AT)
    with pytest.raises(BadEntry, match="reason"):
        suspend(office, "a1", "two\nlines", at=AT)
    suspend(office, "a1", "looked into", at=after(1))
    revoked = revoke(office, certificate.id, "copied", at=after(2))
    for change in (suspend, reinstate):
        with pytest.raises(UsageError, match="for good"):
            change(office, "a1", "why", at=after(3))
    assert "revoked" in status(stated(office, certificate, revoked))[1]


def test_a_suspended_certificate_certifies_no_skill(office, certificate):
    def is_certified():
        return standing_of("ada", catalog.roadmap(office.roots), office.store).skills[0].certified

    assert certificate.is_in_force
    assert is_certified()
    suspend(office, "a1", "why", at=after(1))
    assert not is_certified()
    reinstate(office, "a1", "why not", at=after(2))
    assert is_certified()


def test_a_published_list_is_logged_and_given_out_again_until_it_would_say_something_else(office, certificate):
    """Promises one entry for each list that leaves, and none where the kept one is as good as a new one."""
    first = {purpose: published_list(office, purpose, at=AT) for purpose in PURPOSES}
    assert {purpose: published_list(office, purpose, at=after(LIST_HOURS / 2 - 1)) for purpose in PURPOSES} == first
    assert kinds(office)[-2:] == [Kind.STATUSLIST, Kind.STATUSLIST]
    for purpose, content in first.items():
        index = office.ledger.index_of(f"statuslist/{digest_bytes(content)}")
        assert read_leaf(office.ledger.entry(index).leaf).content.digest == digest_bytes(content)
        assert kept_at(office.store.home, purpose).read_bytes() == content
    later = published_list(office, REVOCATION, at=after(LIST_HOURS / 2))
    assert later != first[REVOCATION]
    changed = suspend(office, "a1", "why", at=after(LIST_HOURS / 2))
    assert is_set(bits_of(_unsealed(changed))[1], certificate.list_index)
    assert len(kinds(office)) == 7


@pytest.mark.parametrize("content", [b"", b"{}", b"not ours"])
def test_what_was_put_in_place_of_a_kept_list_is_not_given_out(office, content):
    good = published_list(office, REVOCATION, at=AT)
    kept_at(office.store.home, REVOCATION).write_bytes(content)
    assert bits_of(_unsealed(published_list(office, REVOCATION, at=after(1)))) == bits_of(_unsealed(good))


def _unsealed(content):
    document = read_object(content)
    document.pop("proof")
    return document
