"""An issuer with its ledger, status lists and exported site, and the bundles that it gives out; made up, and real."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from claims import LEVELS, ada, digest

from grader.canonical import digest_bytes, encode
from grader.certify.bundle import Bundle
from grader.credential import Claim, did, issue, seal, status_list
from grader.credential.claim import CriterionResult, Issuer, Result, Skill, StatusEntry, identified
from grader.credential.multikey import SigningKey
from grader.ledger import Ledger
from grader.ledger.content import Award, Kind
from grader.ledger.entry import entry_of
from grader.ledger.key import Signer
from grader.render.site import GivenUp, export_site

AT, LATER, ENDS = "2026-11-20T10:00:00Z", "2026-11-27T10:00:00Z", "2126-11-20T10:00:00Z"
NAMES = {"good": "ada", "revoked": "bob", "suspended": "eve"}
PLACES = {"ada": 94567, "bob": 1815, "eve": 70001}
"""Where each learner's certificate stands in the status lists."""


@dataclass
class School:
    """An issuer, and what it keeps."""

    home: Path
    name: str = "School of Examples"
    did: str = "did:web:school.example:badges"
    seed: str = "the school's key"
    log_name: str = "school.example/ledger"
    ledger: Ledger = field(init=False)

    def __post_init__(self):
        self.key = SigningKey(hashlib.sha256(self.seed.encode()).digest())
        self.signer = Signer(self.log_name, hashlib.sha256(f"{self.seed}, for its log".encode()).digest())
        self.ledger = Ledger(self.home / "ledger")
        self.ledger.found(self.signer, AT)

    @property
    def issuer(self) -> Issuer:
        return Issuer(did=self.did, name=self.name, url="https://school.example/badges")

    @property
    def list_id(self) -> str:
        return "https://school.example/badges/status/1/revocation"

    def claim(self, who: str = "ada", **changes) -> Claim:
        """A level of a skill, reached by a learner."""
        titles = ("Finds spam it has never seen", "Behaves like a library function should", "Readable")
        points = (("50", "44", "PARTIAL"), ("30", "20", "PARTIAL"), ("20", "20", "PASSED"))
        names = {"ada": "Ada Lovelace", "bob": "Bob Coecke", "eve": "Eve Curie"}
        theirs = {
            "id": f"urn:uuid:0192a6f0-5b7c-7c3e-8a54-{digest(who)[7:19]}",
            "learner": identified(names.get(who, who), f"{who}@school.example", "emailAddress", bytes(range(16))),
            "skill": Skill(
                id="urn:grader:skill:nlp/text-classification",
                name="Text classification",
                description="Trains, measures and explains a classifier of short texts.",
                levels=LEVELS,
                level="2",
            ),
            "course": "Natural language processing, autumn 2026",
            "assignment": "Spam detector",
            "result": Result(
                points="84",
                possible="100",
                pass_mark="60",  # noqa: S106 - points, no password
                criteria=tuple(
                    CriterionResult(id=f"c{at}", title=title, weight=weight, points=earned, outcome=outcome)
                    for at, (title, (weight, earned, outcome)) in enumerate(zip(titles, points, strict=True))
                ),
            ),
            "issuer": self.issuer,
            "status": StatusEntry(list_id=self.list_id, index=PLACES.get(who, 7)),
            "valid_until": ENDS,
        }
        return ada(AT, **(theirs | changes))

    def bundle(self, claim: Claim, *, key: SigningKey | None = None, lists: bool = True) -> Bundle:
        """Issue a certificate, log it, and pack what its learner is given."""
        credential = issue(claim, key or self.key, created=AT)
        of = claim.evidence
        content = Award(digest_bytes(credential), f"hmac:{claim.id}", of.submission, of.rubric, of.report)
        entry = self.ledger.append(entry_of(Kind.AWARD, content, AT), f"award/{claim.id}/{digest_bytes(credential)}")
        self.ledger.publish([self.signer])
        proof = self.ledger.proof(self.ledger.index_of(f"award/{claim.id}/{digest_bytes(credential)}"))
        return Bundle(
            credential=credential,
            leaf=entry.leaf,
            private=entry.private,
            proof=proof.encode(),
            revocation=self.status_list("revocation") if lists else None,
            suspension=self.status_list("suspension") if lists else None,
            did=encode(did.did_document(self.did, [self.key.multikey])),
        )

    def status_list(self, purpose: str, *positions: int, at: str = AT, until: str = ENDS) -> bytes:
        """A signed status list."""
        name = self.list_id if purpose == "revocation" else status_list.suspension_id(self.list_id)
        document = status_list.status_list(
            name, issuer=self.did, purpose=purpose, positions=positions, valid_from=at, valid_until=until
        )
        return seal(document, self.key, created=at)

    def export(self, folder: Path, lists: list[bytes] | None = None, given_up: GivenUp | None = None) -> Path:
        """Export the site as of LATER, by which Bob's was revoked and Eve's suspended; returns its page."""
        lists = lists or [
            self.status_list("revocation", PLACES["bob"], at=LATER),
            self.status_list("suspension", PLACES["eve"], at=LATER),
        ]
        return export_site(
            folder,
            self.ledger,
            issuer=self.issuer,
            multikeys=[self.key.multikey],
            vkeys=[self.signer.verifier.vkey],
            status_lists=lists,
            at=LATER,
            given_up=given_up,
        )
