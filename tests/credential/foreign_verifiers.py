"""Verifiers of other people, as the tests ask them: two from npm in one Node process, one from PyPI in this one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openbadgeslib.ob3.ldp import OB3LdpVerifier

FOREIGN = Path(__file__).parent / "foreign"
NAMES = ("digitalbazaar rdfc", "digitalbazaar jcs", "verifier-core", "openbadgeslib")
"""Every verifier; Digital Bazaar's once with each suite, since one proof that holds is enough for it."""


@dataclass(frozen=True)
class Answer:
    """What a verifier of somebody else said.

    Attributes:
        verified: whether it accepts the credential.
        revoked: what it read in the status list; None where it did not look.
        why: its words.
    """

    verified: bool
    revoked: bool | None
    why: str


@dataclass(frozen=True)
class Verifiers:
    """All of them; `node` answers a line for each line."""

    node: subprocess.Popen[str]

    def ask(self, name: str, credential: dict[str, Any], documents: Mapping[str, Any]) -> Answer:
        """Return what one of `NAMES` says about a credential, with what it may look up."""
        if name == "openbadgeslib":
            return self._openbadgeslib(credential, documents)
        by, _, suite = name.partition(" ")
        question = {"by": by, "suite": suite, "credential": credential, "documents": dict(documents)}
        assert self.node.stdin
        assert self.node.stdout
        self.node.stdin.write(json.dumps(question) + "\n")
        self.node.stdin.flush()
        return Answer(**json.loads(self.node.stdout.readline()))

    @staticmethod
    def _openbadgeslib(credential: dict[str, Any], documents: Mapping[str, Any]) -> Answer:
        def download(url: str) -> bytes:
            return json.dumps(documents[url]).encode()

        def verify(*, status: bool) -> str:
            # it asks for lists signed as JWT only, so the signature of the list is left to the others
            verifier = OB3LdpVerifier.for_issuer_did(credential["issuer"]["id"])
            options = {"download": download, "check_status": status, "verify_status_list": False}
            try:
                verifier.verify(json.dumps(credential), **options)
            except Exception as error:  # noqa: BLE001 - whatever it raises, it does not accept
                return repr(error)
            return ""

        why, told = verify(status=False), verify(status=True)
        revoked = {"": False}.get(told, True if "is set at index" in told else None)
        return Answer(verified=not why, revoked=revoked, why=why)


@contextmanager
def verifiers() -> Iterator[Verifiers]:
    """Start Node with the verifiers of `foreign/package-lock.json`, and end it afterwards."""
    node = Path(sys.executable).parent / "node"
    command = [str(node), str(FOREIGN / "verify.mjs")]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=FOREIGN
    )
    try:
        yield Verifiers(process)
    finally:
        process.kill()
        process.communicate()
