"""A report or a certificate as one self-contained HTML page; the only file that imports Jinja2.

The page may be opened years later, from a mail or a disk, by someone who has nothing else: so no script, no external
resource, and a content security policy that allows nothing but the page's own style, by its hash. Three nets hold
hostile text: every printed value passes `printable`, then autoescape; what would slip through both meets the policy.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import Any

import jinja2
from markupsafe import Markup

from grader.credential import NOT_ESTABLISHED
from grader.model import LearnerReport, Report
from grader.render import drawing, words
from grader.render.certificate import NOT_PROOF, OUTCOMES, day_of, shown_certificate
from grader.render.qr import qr_svg
from grader.render.text import printable, prose
from grader.render.verify_page import page_style
from grader.settings import resource


def learner_page(report: LearnerReport) -> str:
    """Return the page a learner is given; it can show nothing that a LearnerReport does not hold."""
    return _page("learner.html.j2", report)


def author_page(report: Report) -> str:
    """Return the author's page: ids, details and printed tails too. Never for learners."""
    return _page("author.html.j2", report)


def certificate_page(credential: bytes, *, url: str) -> str:
    """Return the page of a certificate for people; it shows only what the signed bytes say.

    Args:
        credential: the exact bytes of the signed credential.
        url: where it can be checked; in the page as a link and as a QR code.

    Raises:
        Refused: it is not in the form of this engine's certificates.
    """
    shown = shown_certificate(credential, url)
    return _filled(
        "certificate.html.j2",
        page_style(),
        shown=shown,
        claim=shown.claim,
        outcomes=OUTCOMES,
        code=Markup(qr_svg(url)),  # noqa: S704 -- drawn by us, and holds no text
        not_proof=NOT_PROOF,
        not_established=NOT_ESTABLISHED,
    )


def _page(template: str, report: LearnerReport | Report) -> str:
    """Return a template filled with a report."""
    headline = words.headline(report.score, passed=report.passed, provisional=report.provisional)
    return _filled(template, _style(), report=report, headline=headline, ring=drawing.ring(report.score))


def _filled(template: str, style: str, **values: Any) -> str:
    """Return a filled template, under a policy that allows this style and nothing else."""
    marked = Markup(style)  # noqa: S704 -- our own file
    text = _templates().get_template(template).render(style=marked, policy=_policy(style), **values)
    return text.rstrip() + "\n"


@cache
def _policy(style: str) -> str:
    """Return a policy under which the page can load nothing, run nothing and send nothing."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@cache
def _style() -> str:
    """Return the style of all pages.

    The policy forbids style attributes, so a label that stands 37 % from the left has the class `at-37`. A grid with a
    flexible column on both sides, and no offset, so that a label at either end stays on the page.
    """
    places = "".join(f".at-{n}{{grid-template-columns:{n}fr auto {100 - n}fr}}\n" for n in range(101))
    return "\n" + (resource("reports/templates") / "style.css").read_text("utf-8") + places


@cache
def _templates() -> jinja2.Environment:
    """Return the templates, strict about what they are given and what they let out."""
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resource("reports/templates")),
        autoescape=True,
        auto_reload=False,
        undefined=jinja2.StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters.update(
        code=lambda text: printable(text, 200),
        crumbs=words.crumbs,
        day_of=day_of,
        percent=drawing.percent,
        points=words.points_text,
        points_of=words.points_of,
        sentence=_sentence,
        seconds=words.seconds,
        size=words.size,
        tail=_tail,
        when=words.when,
    )
    templates.globals.update(
        line_of=drawing.line, mark_of=words.mark_of, mark_of_share=words.mark_of_share, steps=words.STEPS
    )
    return templates


def _shown(value: Any) -> Any:
    """Return what a template may print: text passes `printable`, finished markup of our own stays as it is."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return printable(value, lines=True)


def _sentence(text: str) -> Markup:
    """Return a sentence, escaped, what stands between its backticks set as code: a page has more of these than rest."""
    parts = ((is_code, Markup.escape(_shown(part))) for is_code, part in prose(text))
    shown = "".join(f"<code>{part}</code>" if is_code else part for is_code, part in parts)
    return Markup(shown)  # noqa: S704 -- of parts that are escaped, and our own tags


def _tail(text: str) -> Markup:
    """Return a printed tail, which may be longer than other text, escaped, with its lines kept."""
    return Markup.escape(printable(text, 8000, lines=True))
