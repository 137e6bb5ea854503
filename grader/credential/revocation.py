"""Whether a certificate was revoked or suspended, as far as the status lists that were given say.

A list counts only if it is of the certificate's issuer and its proofs hold. Revoked once is revoked for good, whatever
a newer list says; of suspensions the newest list decides, and of two of one second the one that says so. That nothing
was revoked or suspended is said with the date of the list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grader.credential import status_list
from grader.credential.claim import Claim, StatusEntry
from grader.credential.instants import instant, spelled
from grader.credential.refusal import Refused
from grader.credential.sealed import Reader, check_seal, retired_key, take_apart
from grader.credential.strict_json import read_object
from grader.credential.verification import Finding, Standing, established, refused, remark, unknown

MAX_STATUS_LISTS = 8
_NOT_LOOKED_UP = "; whether it is suspended was not looked up"


def find_status(claim: Claim, lists: Sequence[bytes], reader: Reader) -> list[Finding]:
    """Return what these status lists say of a certificate, and a remark for each that cannot be accepted.

    At most `MAX_STATUS_LISTS` are looked at.
    """
    entry = claim.status
    if entry is None:
        return [unknown("status", "names no status list: its issuer cannot revoke it, except in a ledger")]
    found, seen = [], []
    for content in lists[:MAX_STATUS_LISTS]:
        try:
            signed = read_object(content)
            if signed.get("id") in _list_ids(entry):
                seen.append(_told(signed, claim, entry, reader))
        except Refused as refusal:
            found.append(remark(f"a status list was given that cannot be accepted: {refusal}"))
    return found + _judged(seen, reader.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What one accepted status list says of a certificate."""

    purpose: status_list.Purpose
    is_set: bool
    begins: datetime
    ends: datetime


def _list_ids(entry: StatusEntry) -> dict[str, status_list.Purpose]:
    suspended = status_list.suspension_id(entry.list_id)
    return {entry.list_id: status_list.REVOCATION, suspended: status_list.SUSPENSION}


def _told(signed: Mapping[str, Any], claim: Claim, entry: StatusEntry, reader: Reader) -> _Told:
    """Return what a status list says, once it is of the certificate's issuer and its proofs hold."""
    sealed = take_apart(signed)
    purpose, bits = status_list.bits_of(sealed.document)
    if sealed.issuer != claim.issuer.did or purpose != _list_ids(entry)[str(signed["id"])]:
        raise Refused("it is by another issuer, or for another purpose than its name says")
    begins, ends = (instant(sealed.document.get(name), name) for name in ("validFrom", "validUntil"))
    if begins > reader.at:
        raise Refused(f"it is of {spelled(begins)}, later than the instant that is verified for")
    findings = check_seal(sealed, reader)
    if not any(one.subject == "proofs" and one.standing is Standing.ESTABLISHED for one in findings):
        raise Refused(findings[-1].sentence)
    retired = retired_key(sealed, reader)
    if retired and (retired.stolen or spelled(begins)[:10] > retired.until):
        raise Refused(f"it is signed with a key that its issuer gave up on {retired.until}")
    return _Told(purpose=purpose, is_set=status_list.is_set(bits, entry.index), begins=begins, ends=ends)


def _judged(told: list[_Told], at: datetime) -> list[Finding]:
    """Return the finding: revoked once is revoked for good, of suspensions the newest list decides."""
    newest = {one.purpose: one for one in sorted(told, key=lambda one: (one.begins, one.is_set))}
    revoked = [one for one in told if one.is_set and one.purpose == status_list.REVOCATION]
    if revoked:
        return [refused("status", f"was revoked by its issuer (status list of {spelled(revoked[0].begins)})")]
    suspension = newest.get(status_list.SUSPENSION)
    if suspension and suspension.is_set:
        return [refused("status", f"is suspended by its issuer (status list of {spelled(suspension.begins)})")]
    revocation = newest.get(status_list.REVOCATION)
    if not revocation:
        return [unknown("status", "no status list was given: whether it was revoked is not known")]
    as_of = f"was not revoked as of {spelled(revocation.begins)}"
    as_of += f", and not suspended as of {spelled(suspension.begins)}" if suspension else _NOT_LOOKED_UP
    ends = min(one.ends for one in (revocation, suspension) if one)
    if ends <= at:
        return [unknown("status", f"{as_of}; that list ended on {spelled(ends)}, ask for a newer one")]
    return [established("status", as_of)]
