"""Replaying a certificate, for whoever holds its store: the stored submission is graded again, and the two compared.

    find      the certificate, its attempt, and the report that it names by digest
    pins      whether what is here is what judged then: pack, rubric, recipes, engine
    grade     under the same secret, so with the same inputs; every box a container of its own
    compare   outcomes and points, which must be the same, and metrics within their rounding

Theory of operation. A replay that graded with anything else than what the certificate names would show nothing, in
either direction. So what is pinned is compared first, and where one is not the pinned one nothing is graded: it cannot
be told, and it is said which. What the store holds is only read: the report that was certified stays, whatever is
found here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from grader.canonical import digest_bytes
from grader.certify.statement import Statement
from grader.credential import Standing
from grader.credential.claim import Evidence
from grader.desk import Desk
from grader.errors import UsageError
from grader.model import Attempt, Figure, Item, Pack, Pins, Report, Submission, Verdict
from grader.pinned import Pin, pinned_pack, pins_here
from grader.pipeline import circumstances
from grader.sandbox.interface import Sandbox
from grader.store.certificates import Certificate
from grader.story.grading import Progress
from grader.story.grading import grade as grade_submission
from grader.story.grading import report as write_report
from grader.story.reviewed import carried_over


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One thing that grading found, then and now.

    Attributes:
        subject: what, for who holds the pack.
        certified: as the stored report has it.
        replayed: as it was found now.
        same: whether the two say the same; a metric may differ in the last place that its rubric keeps.
    """

    subject: str
    certified: str
    replayed: str
    same: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What came of a replay. No truth value: read its standing.

    Attributes:
        standing: established, the same again; refused, something differs; unknown, nothing could be graded.
        sentence: for a person.
        attempt: which, or empty where it is not known.
        pins: what is pinned, beside what is here.
        compared: all that was compared, in the rubric's order.
    """

    standing: Standing
    sentence: str
    attempt: str = ""
    pins: tuple[Pin, ...] = ()
    compared: tuple[Compared, ...] = field(default=())

    def __bool__(self) -> bool:
        raise TypeError("a replay is no yes or no: read its standing")


def replay(desk: Desk, sandbox: Callable[[], Sandbox], statement: Statement, *, progress: Progress) -> Replay:
    """Grade what a certificate is for again, and compare; nothing that the store holds changes.

    Args:
        desk: of the installation that certified.
        sandbox: opens the back end, once it is known what to grade.
        statement: what verifying the certificate found.
        progress: told what is under way.

    Raises:
        SubmissionError, AuthorError: what could be graded then can be graded no more.
        EngineError: our fault.
    """
    claim = statement.claim
    if claim is None or statement.standing is Standing.REFUSED:
        return _cannot_tell("nothing was graded: the certificate itself is refused, or says nothing that can be read")
    kept = desk.store.certificates.named(claim.id)
    if kept is None:
        return _cannot_tell("this store knows no such certificate: a replay is for whoever holds the store")
    if not kept.credential:
        return _cannot_tell("what this certificate was for has been erased here")
    if digest_bytes(kept.credential) != statement.digest:
        return Replay(
            standing=Standing.REFUSED,
            sentence="this store has certified something else under the same id",
            attempt=kept.attempt,
        )
    return _of_attempt(desk, sandbox, kept, claim.evidence, progress)


def _of_attempt(
    desk: Desk, sandbox: Callable[[], Sandbox], kept: Certificate, evidence: Evidence, progress: Progress
) -> Replay:
    """Return the replay of a certificate that the store knows."""
    try:
        attempt, submission = desk.store.handed_in(kept.attempt)
    except UsageError as gone:
        return _cannot_tell(f"the submission is not kept any more: {gone}", kept.attempt)
    stored = next(
        (
            one
            for one in desk.store.reports(attempt.id)
            if (one.report_digest, one.findings_digest) == (evidence.report, evidence.findings)
        ),
        None,
    )
    if stored is None:
        return _cannot_tell(f"the report that it names, {evidence.report}, is not kept any more", attempt.id)
    pinned = _pins(evidence)
    found = pinned_pack(desk, attempt.assignment, pinned)
    pins = tuple(pins_here(pinned, found.pack if found else None, sandbox))
    others = ", ".join(pin.name for pin in pins if not pin.same)
    if found is None or others:
        sentence = f"nothing was graded: {others} here is not what the certificate pins, and another would show nothing"
        return Replay(standing=Standing.UNKNOWN, sentence=sentence, attempt=attempt.id, pins=pins)
    again = carried_over(
        found.pack, _graded(desk, sandbox(), found.pack, attempt, submission, progress), stored
    )  # what people said is not asked again
    compared = tuple(comparison(stored, again, found.pack))
    differ = sum(not one.same for one in compared)
    return Replay(
        standing=Standing.REFUSED if differ else Standing.ESTABLISHED,
        sentence=f"graded again, {differ} of {len(compared)} things differ"
        if differ
        else f"graded again, with the same outcomes, points and metrics ({len(compared)} compared)",
        attempt=attempt.id,
        pins=pins,
        compared=compared,
    )


def _cannot_tell(sentence: str, attempt: str = "") -> Replay:
    return Replay(standing=Standing.UNKNOWN, sentence=sentence, attempt=attempt)


def _pins(evidence: Evidence) -> Pins:
    """Return what a certificate says of what judged, as its report pinned it."""
    return Pins(
        submission=evidence.submission,
        pack=evidence.pack,
        rubric=evidence.rubric,
        engine=evidence.engine_version,
        recipe=evidence.recipe,
        proctor_recipe=evidence.proctor_recipe,
        published_secret=False,
        engine_digest=evidence.engine,
    )


def _graded(
    desk: Desk, sandbox: Sandbox, pack: Pack, attempt: Attempt, submission: Submission, progress: Progress
) -> Report:
    started = time.monotonic()
    graded = grade_submission(
        pack, submission, sandbox=sandbox, secret=desk.store.secret(), progress=progress, tenancy="single"
    )
    return write_report(pack, graded, circumstances(graded, attempt, started))


# --- comparing --------------------------------------------------------------------------------------------------------


def comparison(certified: Report, replayed: Report, pack: Pack) -> Iterator[Compared]:
    """Yield all that two reports by the same pack say, side by side; what cannot repeat exactly is left out."""
    now = {verdict.check: verdict for verdict in replayed.verdicts}
    for then in certified.verdicts:
        if then.repeatable:
            yield from _of_check(then, now[then.check], getattr(pack.rubric.checks[then.check], "decimals", 0))
    for pair in zip(certified.criteria, replayed.criteria, strict=True):
        yield _same(f"criterion {pair[0].id}", *(f"{one.outcome}, {one.earned} points" for one in pair))
    total = (certified.score, replayed.score)
    yield _same("points in all", *(f"{one.earned} of {one.possible}" for one in total))


def _of_check(then: Verdict, now: Verdict, decimals: int) -> Iterator[Compared]:
    name = then.check
    yield _same(f"check {name}", f"{then.outcome}, {then.earned} earned", f"{now.outcome}, {now.earned} earned")
    found = {item.id: item for item in now.items}
    for item in then.items:
        yield _same(f"{name}: {item.sentence or item.id}", _said(item), _said(found.get(item.id)))
    for item in now.items:
        if item.id not in {one.id for one in then.items}:
            yield _same(f"{name}: {item.sentence or item.id}", _said(None), _said(item))
    if then.figure or now.figure:
        yield from _of_figure(name, then.figure, now.figure, decimals)
    if then.functions or now.functions:
        rows = ([f"{one.name} {one.complexity}" for one in verdict.functions] for verdict in (then, now))
        yield _same(f"{name}: complexity", *(", ".join(row) for row in rows))


def _of_figure(name: str, then: Figure | None, now: Figure | None, decimals: int) -> Iterator[Compared]:
    """Yield a metric and its draws: numbers that are rounded, so at a border one may fall to the other side."""
    pairs = [("", then.value if then else "", now.value if now else "")]
    draws = (then.draws if then else (), now.draws if now else ())
    if len(draws[0]) == len(draws[1]):
        pairs += [(f", draw {number}", *pair) for number, pair in enumerate(zip(*draws, strict=True), 1)]
    else:
        yield _same(f"{name}: draws", str(len(draws[0])), str(len(draws[1])))
    title = (then or now).title  # type: ignore[union-attr]  # one of them is there
    for which, certified, replayed in pairs:
        yield Compared(
            subject=f"{name}: {title}{which}",
            certified=certified or "none",
            replayed=replayed or "none",
            same=within_rounding(certified, replayed, decimals),
        )


def within_rounding(one: str, other: str, decimals: int) -> bool:
    """Whether two decimal texts differ by one unit of the last place that is kept, at most; an empty one is none."""
    if not one or not other:
        return one == other
    return abs(Decimal(one) - Decimal(other)) <= Decimal(1).scaleb(-decimals)


def _said(item: Item | None) -> str:
    if item is None:
        return "not asked"
    return f"{item.outcome} ({item.raised})" if item.raised else str(item.outcome)


def _same(subject: str, certified: str, replayed: str) -> Compared:
    return Compared(subject=subject, certified=certified, replayed=replayed, same=certified == replayed)
