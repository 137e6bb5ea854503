"""A signed document taken apart, and what its proofs show to one reader: a certificate's, or a status list's.

The cheap proof is looked at first, so that a forgery costs nothing; what needs JSON-LD runs in a child, and only for
documents that hold so far. The only keys that establish anything are the reader's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grader.credential import did, proof, shape
from grader.credential.bounded import Canonicaliser
from grader.credential.proof import JCS, SUITES, Proof
from grader.credential.refusal import Refused, Unfinished
from grader.credential.trust import Retired, Trust
from grader.credential.verification import Finding, established, refused, remark, unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who verifies, and with what: the same for a certificate and for the status lists beside it.

    Attributes:
        trust: whom the reader trusts.
        at: the instant to verify for.
        offered: keys that came along, by verification method; never trust.
        canonicaliser: the child that reads linked data.
    """

    trust: Trust
    at: datetime
    offered: Mapping[str, str]
    canonicaliser: Canonicaliser

    def keys(self, issuer: str) -> Mapping[str, str]:
        """Return the keys of an issuer by verification method: the reader's, else those that merely came along."""
        known = self.trust.issuers.get(issuer)
        if known:
            return known.keys
        offered = {name: key for name, key in self.offered.items() if name.startswith(f"{issuer}#")}
        return offered | did.own_keys(issuer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A signed document taken apart.

    Attributes:
        document: without its proofs.
        proofs: by suites that are known here, both there.
        others: names of further suites.
        issuer: its DID, of which every proof's key is.
    """

    document: dict[str, Any]
    proofs: list[Proof]
    others: list[str]
    issuer: str


def keys_offered(documents: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the keys of DID documents that came along, by verification method; a bad document has none."""
    found: dict[str, str] = {}
    for document in documents:
        try:
            found |= did.keys_of(document, str(document.get("id")))
        except Refused:
            continue
    return found


def take_apart(signed: Mapping[str, Any]) -> Sealed:
    """Return a document and its proofs, which are both there and name keys of its issuer.

    Raises:
        Refused: a proof is missing, malformed, or by a key of somebody else.
    """
    document, proofs, others = proof.split(signed)
    missing = [suite for suite in SUITES if suite not in {one.suite for one in proofs}]
    if missing:
        raise Refused(f"the proof {missing[0]} is missing; a certificate of this engine carries {' and '.join(SUITES)}")
    issuer = shape.issuer_of(document)
    for one in proofs:
        if one.verification_method.partition("#")[0] != issuer:
            raise Refused(f"the proof {one.suite} is by a key of {one.verification_method[:80]!r}, not of the issuer")
    return Sealed(document=document, proofs=proofs, others=others, issuer=issuer)


def retired_key(sealed: Sealed, reader: Reader) -> Retired | None:
    """Return what the reader knows of the key that signed a document, if its issuer gave it up."""
    known = reader.trust.issuers.get(sealed.issuer)
    given_up = known.retired if known else {}
    found = [given_up[one.verification_method] for one in sealed.proofs if one.verification_method in given_up]
    return min(found, key=lambda one: one.entries, default=None)


def check_seal(sealed: Sealed, reader: Reader) -> list[Finding]:
    """Return the findings on issuer, terms and proofs, up to the first refusal.

    The last finding is on proofs, unless there is a refusal before it, or no answer in time.
    """
    try:
        keys = reader.keys(sealed.issuer)
    except Refused as refusal:
        return [refused("issuer", refusal)]
    known = reader.trust.issuers.get(sealed.issuer)
    if known:
        found = [established("issuer", f"is {known.name or known.did} ({known.did}), whom you trust")]
    else:
        found = [unknown("issuer", f"says that it is {sealed.issuer}, whom your trust file does not name")]
    methods = [one.verification_method for one in sealed.proofs]
    strange = [method for method in methods if method not in keys]
    if strange and keys:
        return [*found, refused("proofs", f"{strange[0][:160]} is not among the issuer's keys")]
    if not strange and not _jcs_holds(sealed, keys):
        return [*found, refused("proofs", f"{JCS} does not hold: something was changed after signing")]
    return found + list(_linked_data(sealed, keys, reader, checkable=not strange))


def _jcs_holds(sealed: Sealed, keys: Mapping[str, str]) -> bool:
    ours = [one for one in sealed.proofs if one.suite == JCS]
    return all(proof.is_valid_jcs(sealed.document, one, keys[one.verification_method]) for one in ours)


def _linked_data(sealed: Sealed, keys: Mapping[str, str], reader: Reader, *, checkable: bool) -> Iterator[Finding]:
    rdfc = [one for one in sealed.proofs if one.suite != JCS]
    configurations = [proof.rdf_configuration(sealed.document, one.configuration) for one in rdfc]
    try:
        document, *rest = reader.canonicaliser.digests(sealed.document, configurations)
    except Unfinished as reason:
        yield unknown("terms", str(reason))
        return
    except Refused as refusal:
        yield refused("terms", refusal)
        return
    yield established("terms", "every member means something in the pinned contexts")
    if sealed.others:
        yield remark(f"a proof by {', '.join(sealed.others)} was not checked: the suite is not known here")
    if not checkable:
        yield unknown("proofs", "no key of the issuer is known, so no signature could be checked")
    elif all(
        proof.is_valid_rdfc(document, configuration, one, keys[one.verification_method])
        for one, configuration in zip(rdfc, rest, strict=True)
    ):
        yield established("proofs", f"{' and '.join(SUITES)} hold: not a member was changed after signing")
    else:
        yield refused("proofs", f"{rdfc[0].suite} does not hold: something was changed after signing")
