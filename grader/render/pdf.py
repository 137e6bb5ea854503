"""A certificate as a PDF that carries what proves it; the only file that imports Typst.

The standard is PDF/A-3b, which keeps for decades and may hold other files: the credential, or the whole bundle, travels
inside byte for byte. The same certificate gives the same bytes: its date is the day it was awarded, and fonts are those
that come with Typst. Only a name in a script that those do not have is set with what the machine has.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import typst

from grader.credential import NOT_ESTABLISHED
from grader.credential.open_badge import DEMO_SENTENCE, KNOWN_EXAMPLE
from grader.errors import EngineError
from grader.render.certificate import NOT_PROOF, OUTCOMES, Shown, day, day_of, shown_certificate
from grader.render.qr import qr_svg
from grader.settings import resource

STANDARD: Final = "a-3b"
CREDENTIAL = "credential.json"
_TYPES = {".json": "application/json", ".zip": "application/zip"}


def certificate_pdf(credential: bytes, *, url: str, attached: Mapping[str, bytes] | None = None) -> bytes:
    """Return the PDF of a certificate, with the credential attached.

    Args:
        credential: the exact bytes of the signed credential.
        url: where it can be checked; in the page as a link and as a QR code.
        attached: further files to carry, such as the bundle; names end in .json or .zip.

    Raises:
        Refused: it is not in the form of this engine's certificates.
        EngineError: it could not be set, such as for want of a font.
    """
    shown = shown_certificate(credential, url)
    files = {CREDENTIAL: credential, **(attached or {})}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path, content in files.items():
            (folder / path).write_bytes(content)
        (folder / "code.svg").write_text(_standing_alone(qr_svg(url)), encoding="utf-8")
        (folder / "shown.json").write_text(json.dumps(_words(shown, tuple(files))), encoding="utf-8")
        template = folder / "certificate.typ"
        template.write_bytes((resource("reports/templates") / "certificate.typ").read_bytes())
        try:
            return _set(template, own_fonts_only=True)
        except RuntimeError:
            pass
        try:
            return _set(template, own_fonts_only=False)
        except RuntimeError as error:
            raise EngineError(
                f"the certificate {shown.claim.id} cannot be set as PDF (a font may be missing): {error}"
            ) from error


def _set(template: Path, *, own_fonts_only: bool) -> bytes:
    """Return the PDF of a template.

    Raises:
        RuntimeError: Typst's; a letter for which there is no font is one, since no PDF/A may have it.
    """
    return typst.compile(
        template, root=template.parent, format="pdf", pdf_standards=STANDARD, ignore_system_fonts=own_fonts_only
    )


def _standing_alone(svg: str) -> str:
    """Return an SVG element of a page as a file of its own."""
    return svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


def _words(shown: Shown, files: tuple[str, ...]) -> dict[str, Any]:
    """Return what the template says, as plain text."""
    claim, awarded = shown.claim, day(shown.claim.awarded)
    tests = "public: anybody can read them" if claim.evidence.pack_is_public else "hidden from learners"
    return {
        "title": f"{claim.skill.name}: certificate of {claim.learner.name}",
        "issuer": claim.issuer.name,
        "loud": [DEMO_SENTENCE] * claim.issuer.is_demo + [KNOWN_EXAMPLE] * claim.evidence.known_example,
        "skill": claim.skill.name,
        "description": claim.skill.description,
        "level": shown.level,
        "place": shown.place,
        "learner": claim.learner.name,
        "awarded": day_of(claim.awarded),
        "day": [awarded.year, awarded.month, awarded.day],
        "points": claim.result.points,
        "possible": claim.result.possible,
        "pass_mark": claim.result.pass_mark,
        "criteria": [
            {"title": one.title, "outcome": OUTCOMES[one.outcome], "points": one.points, "weight": one.weight}
            for one in claim.result.criteria
        ],
        "facts": [
            ("Course", claim.course),
            ("Assignment", claim.assignment),
            ("Tests", tests),
            ("Levels", ", ".join(one.name for one in claim.skill.levels)),
            *shown.dates,
            ("Graded by", f"grader {claim.evidence.engine_version}"),
        ],
        "not_proof": NOT_PROOF,
        "not_established": NOT_ESTABLISHED,
        "url": shown.url,
        "digests": shown.digests,
        "attached": [
            {
                "name": name,
                "type": _TYPES[Path(name).suffix],
                "relationship": "source" if name == CREDENTIAL else "supplement",
                "description": "The signed credential: what proves this certificate"
                if name == CREDENTIAL
                else "The certificate's bundle: credential, ledger entry and proof",
            }
            for name in files
        ],
    }
