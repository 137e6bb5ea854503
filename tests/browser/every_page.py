"""Every page that the project writes, made for real, in each state in which a person may meet it.

A page comes from `grader.render`, or is the exported site's own, before and after somebody handed it a file. Whoever
adds a page adds it here: `test_every_page.py` fails on a template that no page of these is made from.
"""

import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path

import nasty
from school import School

from grader.certify.bundle import write_bundle
from grader.checks.claim import SAID
from grader.checks.review import WAITING
from grader.credential.claim import DEMO
from grader.model import LearnerCheck, LearnerItem
from grader.render import html, sample
from grader.render.site import page_url

REPORTS = Path(html.__file__).resolve().parents[2] / "reports"


@dataclass(frozen=True)
class Visit:
    """A page as somebody meets it: the file, the code that was followed to it, what was chosen on it, by a name."""

    path: Path
    fragment: str = ""
    chosen: bytes = b""
    name: str = "ada.certificate.zip"


class Office:
    """Schools with a site each, and what they gave out; made as far as it is asked for."""

    def __init__(self, folder):
        self.folder = folder

    def page(self, text):
        """Write a page, as the commands do."""
        path = self.folder / f"{len(list(self.folder.iterdir()))}.html"
        path.write_text(text, encoding="utf-8")
        return Visit(path)

    def _school(self, folder, **about):
        (self.folder / folder).mkdir()
        return School(self.folder / folder, **about)

    @cached_property
    def school(self):
        return self._school("school")

    @cached_property
    def demo(self):
        return self._school("demo", name=DEMO, did="did:web:demo.example", seed="demo")

    @cached_property
    def demo_bundle(self):
        claim = self.demo.claim()
        evidence = replace(claim.evidence, known_example=True, pack_is_public=True)
        return self.demo.bundle(replace(claim, evidence=evidence))

    @cached_property
    def bundles(self):
        return {who: self.school.bundle(self.school.claim(who)) for who in ("ada", "bob", "eve")}

    @cached_property
    def site(self):
        assert self.bundles
        return self.school.export(self.folder / "school-site")

    @cached_property
    def demo_site(self):
        assert self.demo_bundle
        return self.demo.export(self.folder / "demo-site")

    def forgery(self):
        """A stranger's certificate, with a log and lists of their own, signed well."""
        about = {"did": "did:web:scool.example", "seed": "stranger", "log_name": "scool.example/ledger"}
        stranger = self._school("stranger", **about)
        return stranger.bundle(stranger.claim())

    def tampered(self):
        good = self.bundles["ada"]
        return replace(good, credential=good.credential.replace(b"Ada Lovelace", b"Eva Lovelace"))

    def broken(self):
        """The school's page as somebody damaged it: it can check nothing, and says so."""
        whole = self.site.read_text("utf-8")
        damaged = whole.replace('"vkeys": ["', '"vkeys": ["x', 1)
        assert damaged != whole
        return self.page(damaged)

    def handed(self, bundle):
        """The school's page after a bundle was chosen on it."""
        return Visit(self.site, chosen=write_bundle(bundle))

    def certificate(self, bundle):
        url = page_url("https://school.example/badges", self.school.claim().id)
        return self.page(html.certificate_page(bundle.credential, url=url))


def _empty_handed():
    """A learner whose first attempt earned nothing and who is told no next step."""
    report = sample.learner_report()
    none = replace(report.score, earned=Fraction(0))
    return replace(report, score=none, passed=False, next_step="", learner="", repeated="", attempt="")


def _waiting():
    """A learner for whom a check is still to come."""
    return replace(sample.learner_report(), passed=False, provisional=True)


def _reviewed():
    """A learner whose work people have judged, one of them at length, and a claim beside it."""
    report = sample.learner_report()
    said = (
        "A reviewer: Read the part on installing aloud; <b>who</b> are you \u202e talking to?\n" + "And so on. " * 100
    )
    items = tuple(
        LearnerItem(sentence=f"{level}: a reader gets there.", outcome="PARTIAL", passed=False, hint="", raised="")
        for level in ("At home", "Getting there")
    )
    review = LearnerCheck(kind="review", outcome="PARTIAL", items=items, figure=None, functions=(), notes=(said,) * 2)
    claimed = LearnerCheck(kind="claim", outcome="PASSED", items=(), figure=None, functions=(), notes=(SAID,))
    first, *rest = report.criteria
    return replace(report, criteria=(replace(first, checks=(review, claimed)), *rest))


def _unread():
    """A learner whose work nobody has read yet."""
    report = _waiting()
    question = "Would a stranger understand it?"
    item = LearnerItem(sentence=question, outcome="PENDING", passed=False, hint="", raised="")
    check = LearnerCheck(kind="review", outcome="PENDING", items=(item,), figure=None, functions=(), notes=(WAITING,))
    first, *rest = report.criteria
    return replace(report, criteria=(replace(first, earned=Fraction(0), checks=(check,)), *rest))


PAGES = {
    "learner": lambda office: office.page(html.learner_page(sample.learner_report())),
    "learner-with-nothing": lambda office: office.page(html.learner_page(_empty_handed())),
    "learner-waiting": lambda office: office.page(html.learner_page(_waiting())),
    "learner-reviewed": lambda office: office.page(html.learner_page(_reviewed())),
    "learner-unread": lambda office: office.page(html.learner_page(_unread())),
    "learner-nasty": lambda office: office.page(html.learner_page(nasty.learner_report())),
    "author": lambda office: office.page(html.author_page(sample.author_report())),
    "author-nasty": lambda office: office.page(html.author_page(nasty.author_report())),
    "certificate": lambda office: office.certificate(office.bundles["ada"]),
    "certificate-demo": lambda office: office.certificate(office.demo_bundle),
    "verify": lambda office: Visit(office.site),
    "verify-by-code": lambda office: Visit(office.site, fragment=f"#{office.school.claim().id}"),
    "verify-good": lambda office: office.handed(office.bundles["ada"]),
    "verify-bare": lambda office: Visit(office.site, chosen=office.bundles["ada"].credential, name="ada.json"),
    "verify-tampered": lambda office: office.handed(office.tampered()),
    "verify-revoked": lambda office: office.handed(office.bundles["bob"]),
    "verify-suspended": lambda office: office.handed(office.bundles["eve"]),
    "verify-stranger": lambda office: office.handed(office.forgery()),
    "verify-odd-file": lambda office: Visit(office.site, chosen=b"%PDF-1.7", name="ada.pdf"),
    "verify-broken": lambda office: office.broken(),
    "verify-demo": lambda office: Visit(office.demo_site, chosen=write_bundle(office.demo_bundle)),
}
"""Every page by a name, with what makes it in an office."""


READY = "!document.getElementById('file').disabled || document.getElementById('said').classList.contains('notice')"


def go_to(page, visit):
    """Open a page in a tab as somebody would, hand it the file, and wait for what it says."""
    page.goto(visit.path.as_uri() + visit.fragment)
    if page.locator("#file").count():
        page.wait_for_function(READY)
    if visit.chosen:
        page.set_input_files("#file", {"name": visit.name, "mimeType": "", "buffer": visit.chosen})
        page.wait_for_selector("#answer")


# --- which sources pages are made from --------------------------------------------------------------------------------

_listening: list[set[Path]] = []


def _hear(event, arguments):
    if _listening and event == "open" and isinstance(arguments[0], str | Path):
        for found in _listening:
            found.add(Path(arguments[0]))


sys.addaudithook(_hear)


@contextmanager
def files_opened():
    """Collect every file that is opened meanwhile, by whatever code."""
    found: set[Path] = set()
    _listening.append(found)
    try:
        yield found
    finally:
        _listening.remove(found)


def read_for(names, folder):
    """Make pages by name from nothing, and return which files below `reports/` were read for them."""
    for name, module in list(sys.modules.items()):
        if name.startswith("grader.render."):
            for thing in vars(module).values():
                getattr(thing, "cache_clear", lambda: None)()
    with files_opened() as found:
        office = Office(folder)
        for name in names:
            PAGES[name](office)
    return {path.resolve() for path in found} & set(sources())


def sources():
    """Every file that pages may be made from: all in the folders that `reports/.gitignore` has tracked."""
    lines = (REPORTS / ".gitignore").read_text("utf-8").split("\n")
    folders = [line.strip("!/") for line in lines if line.startswith("!") and line.endswith("/")]
    return sorted(path for folder in folders for path in (REPORTS / folder).rglob("*") if path.is_file())
