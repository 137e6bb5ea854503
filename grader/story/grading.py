"""Grades one submission: each check in the rubric's order, then the score, then the report.

Knows no clock and no store: what is a circumstance is handed in by the desk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from grader import __version__, checks, scoring
from grader.canonical import digest
from grader.checks import Examined
from grader.engine import engine_digest
from grader.keys import PUBLISHED_SECRET, submission_seed
from grader.model import Circumstances, Pack, Pins, Report, Submission, Tenancy, Verdict, Word
from grader.model.report import DRAFT, SHARED
from grader.proctor.judging import Judging, judging
from grader.sandbox.interface import Sandbox
from grader.story.findings import findings, whole

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """What grading gave, before the desk adds its circumstances.

    Attributes:
        pins: what was judged by what.
        examined: by check name, in the rubric's order.
        sandbox: back end and version.
        image: local image id of the box.
        tenancy: of the learner's boxes.
        practice_only: why it can never be certified, a sentence each.
    """

    pins: Pins
    examined: dict[str, Examined]
    sandbox: str
    image: str
    tenancy: Tenancy
    practice_only: tuple[str, ...]


def grade(
    pack: Pack,
    submission: Submission,
    *,
    sandbox: Sandbox,
    secret: bytes,
    progress: Progress,
    tenancy: Tenancy | None = None,
) -> Graded:
    """Grade a submission.

    Args:
        pack: what judges.
        submission: what is judged.
        sandbox: where it runs.
        secret: the installation's, or the published one.
        progress: told the criterion's title, or the check's name, as each check begins.
        tenancy: of its boxes, where it is not what the pack says.

    Raises:
        AuthorError: the pack is wrong.
        SubmissionError: the upload is not what it claims to be, such as a notebook that is none.
        EngineError: our fault.
    """
    assignment = pack.assignment
    pins = Pins(
        submission=submission.digest,
        pack=pack.digest,
        rubric=pack.rubric_digest,
        engine=__version__,
        recipe=sandbox.recipe(assignment.family),
        proctor_recipe=sandbox.recipe(assignment.proctor_family),
        published_secret=secret == PUBLISHED_SECRET,
        engine_digest=engine_digest(),
    )
    seed = submission_seed(
        secret, slug=pack.slug, seed_epoch=assignment.seed_epoch, submission_digest=submission.digest
    )
    lodged = sandbox.tenancy(tenancy or assignment.tenancy)
    with judging(sandbox, pack, submission, seed, lodged) as opened:
        examined = _examine_all(pack, opened, progress)
    return Graded(
        pins=pins,
        examined=examined,
        sandbox=sandbox.name,
        image=sandbox.image_id(assignment.family),
        tenancy=lodged,
        practice_only=(
            *(f"{promise.value}: {reason}" for promise, reason in sandbox.lacks.items()),
            *([SHARED] if lodged == "cell" else []),
            *([DRAFT + assignment.draft] if assignment.draft else []),
        ),
    )


def _examine_all(pack: Pack, opened: Judging, progress: Progress) -> dict[str, Examined]:
    expected = opened.collect()
    examined: dict[str, Examined] = {}
    for name, check in pack.rubric.checks.items():
        progress(name)
        missing = next((need for need in check.needs if not _passed(examined[need].verdict)), None)
        if missing is not None:
            examined[name] = checks.skip(name, check, missing, pack.assignment)
        else:
            examined[name] = checks.examine(name, check, opened, expected, pack.assignment)
    return examined


def _passed(verdict: Verdict) -> bool:
    return verdict.outcome.word is Word.PASSED


def report(pack: Pack, graded: Graded, circumstances: Circumstances) -> Report:
    """Return the report: verdicts, criteria, score, digests."""
    return compose(pack, graded.pins, [examined.verdict for examined in graded.examined.values()], circumstances)


def compose(pack: Pack, pins: Pins, judged: Iterable[Verdict], circumstances: Circumstances) -> Report:
    """Return the report that verdicts make, one for each check of the pack's rubric and in its order."""
    verdicts = tuple(judged)
    criteria, score = scoring.score(pack.rubric, {verdict.check: verdict for verdict in verdicts})
    provisional = any(verdict.outcome.word is Word.PENDING for verdict in verdicts)
    findings_digest = digest(findings(pins, verdicts))
    return Report(
        assignment=pack.slug,
        title=pack.assignment.title,
        pins=pins,
        verdicts=verdicts,
        criteria=criteria,
        score=score,
        passed=score.reaches_pass_mark and not provisional,
        provisional=provisional,
        findings_digest=findings_digest,
        report_digest=digest(whole(findings_digest, verdicts, score)),
        circumstances=circumstances,
    )
