"""What `verify --replay` prints: what is pinned beside what is here, and what differs, as a table or as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from grader.canonical import plain
from grader.certify.statement import Statement
from grader.cli.app import back_end, desk, progress
from grader.credential import Standing
from grader.render.text import printable
from grader.replay import Replay
from grader.replay import replay as replay_certificate
from grader.settings import Settings

_HEADS = {
    Standing.ESTABLISHED: "Replayed: {}.",
    Standing.REFUSED: "Replayed: IT DIFFERS; {}.",
    Standing.UNKNOWN: "Not replayed: {}.",
}
_WIDEST = 72
_WORST_FIRST = (Standing.REFUSED, Standing.UNKNOWN, Standing.ESTABLISHED)


def replayed(known: Settings, statement: Statement) -> Replay:
    """Return what replaying a certificate gives; the back end is opened only when there is something to grade."""
    with progress("replay") as told, back_end(known) as opener:
        return replay_certificate(desk(known), opener, statement, progress=told)


def worst(one: Standing, other: Standing) -> Standing:
    """Return how a whole of two parts stands: refused if either is, established if both are."""
    return min(one, other, key=_WORST_FIRST.index)


def plain_replay(replay: Replay) -> dict[str, object]:
    """Return a replay as plain data, for machines."""
    return {
        "standing": replay.standing.value,
        "sentence": replay.sentence,
        "attempt": replay.attempt,
        "pins": [{**plain(one), "same": one.same} for one in replay.pins],
        "compared": plain(replay.compared),
    }


def said_of_replay(replay: Replay) -> Iterator[str]:
    """Yield a replay in lines for a person: of what was compared only what differs."""
    yield ""
    yield _HEADS[replay.standing].format(printable(replay.sentence, 400))
    others = [pin for pin in replay.pins if not pin.same]
    differ = [one for one in replay.compared if not one.same]
    if others:
        yield from _table(
            ("pinned", "by the certificate", "here"), ((one.name, one.pinned, one.here) for one in others)
        )
    if differ:
        rows = ((one.subject, one.certified, one.replayed) for one in differ)
        yield from _table(("what differs", "certified", "replayed"), rows)


def _table(head: tuple[str, str, str], rows: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    lines = [head, *(tuple(printable(cell, 200) for cell in row) for row in rows)]
    wide = [min(max(len(line[column]) for line in lines), _WIDEST) for column in (0, 1)]
    yield ""
    for line in lines:
        yield f"  {line[0]:{wide[0]}}  {line[1]:{wide[1]}}  {line[2]}"
