"""Commands for whoever runs the queue: work, up, queue, retry, course."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader import reception
from grader.canonical import plain
from grader.cli.app import AsJson, desk, settings, store
from grader.cli.commands import app
from grader.cli.console import say
from grader.crew import Crew
from grader.errors import EngineError, UsageError
from grader.log import open_log
from grader.model import Lane, Tenancy
from grader.queue import Queue
from grader.queue.server import RedisServer
from grader.settings import Settings
from grader.store.overview import Hand, LaneStatus, Parked
from grader.watch import watched

DEFAULT_LANES = (Lane.INTERACTIVE, Lane.BATCH, Lane.REGRADE)
PORT = 9477

Processes = Annotated[
    int,
    typer.Option("--processes", metavar="N", min=1, max=256, help="How many work side by side; one a core is right."),
]
Lanes = Annotated[
    list[Lane] | None,
    typer.Option("--lane", help="Which lanes to serve, the first first; by default all but gpu. More than once."),
]
Port = Annotated[
    int, typer.Option("--port", min=0, max=65535, help="Where /metrics and /health answer; 0 for nowhere.")
]
Listen = Annotated[str, typer.Option("--listen", metavar="ADDRESS", help="Of this machine, for --port.")]


@app.command()
def work(processes: Processes = 2, lane: Lanes = None, port: Port = PORT, listen: Listen = "127.0.0.1") -> None:
    """Work: grade what is in the queue until stopped. Ctrl-C stops when running jobs are done; once more, at once."""
    known = settings(None)
    if not known.redis_url:
        raise UsageError("GRADER_REDIS_URL is not set: set it to where the queue is, or use `grader up`")
    _work(known, processes, lane, (listen, port))


@app.command()
def up(processes: Processes = 2, lane: Lanes = None, port: Port = PORT, listen: Listen = "127.0.0.1") -> None:
    """Bring up all that one machine needs: a Redis of its own, unless GRADER_REDIS_URL names one, and workers."""
    known = settings(None)
    if known.redis_url:
        _work(known, processes, lane, (listen, port))
        return
    server = RedisServer(known.home / "redis")
    server.keep()
    say(f"for whoever submits:  export GRADER_REDIS_URL={server.url}")
    try:
        _work(replace(known, redis_url=server.url), processes, lane, (listen, port), besides=server.keep)
    finally:
        server.stop()


def _work(
    known: Settings,
    processes: int,
    lanes: list[Lane] | None,
    address: tuple[str, int],
    besides: Callable[[], None] = lambda: None,
) -> None:
    if Lane.CERTIFY in (lanes or ()):
        raise UsageError("--lane certify: workers have no keys; `grader certifier` serves that lane, and no other")
    log = open_log()
    queue, opened = Queue(known.redis_url), store(known)
    say(f"queue: Redis {queue.answer()}; store: {'shared' if opened.database.shared else known.home}")
    crew = Crew(opened, known, lanes or DEFAULT_LANES, processes, log, besides)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: crew.stop())
    with ExitStack() as held:
        if address[1]:
            try:
                port = held.enter_context(watched(address, opened, queue, lambda: crew.alive))
                log.info("answering", metrics=f"http://{address[0]}:{port}/metrics")
            except EngineError as error:
                log.warning("not watched", why=str(error))
        crew.run()


@app.command()
def queue(as_json: AsJson = False) -> None:  # noqa: FBT002 - typer reads options so
    """Show the lanes, who is at work, and what waits for a person."""
    opened = store(settings(None))
    lanes, hands, parked = opened.overview.lanes(), opened.overview.hands(), opened.overview.parked()
    if as_json:
        rows = {
            "lanes": [{**_rounded(lane), "lane": lane.lane.value} for lane in lanes],
            "workers": [_rounded(hand) for hand in hands],
            "parked": plain(parked),
        }
        typer.echo(json.dumps(rows, indent=2))
        return
    console = Console(highlight=False)
    console.print(_table_of_lanes(lanes))
    console.print(_table_of_hands(hands) if hands else Text("no worker has been heard of: start `grader work`"))
    if parked:
        console.print(_table_of_parked(parked))
        say("`grader retry` lines them up again; those of a pack go on by themselves when it has a new version")


@app.command()
def retry(
    attempts: Annotated[
        list[str] | None, typer.Argument(metavar="[ATTEMPT]...", help="By default all but those whose upload is wrong.")
    ] = None,
) -> None:
    """Line up again what waits for a person."""
    here = desk(settings(None))
    again = here.store.jobs.retry(tuple(attempts or ()))
    reception.tell_queue(here)
    typer.echo(f"lined up again: {', '.join(again)}" if again else "nothing waits for a person")


@app.command()
def course(
    course_id: Annotated[str, typer.Argument(metavar="COURSE", help="As --course names it.")],
    newest_only: Annotated[
        bool | None,
        typer.Option("--newest-only/--every-attempt", help="Whether a newer attempt takes the place of waiting ones."),
    ] = None,
    tenancy: Annotated[
        Tenancy | None,
        typer.Option(help="single: each box in a container of its own, as certificates take; cell: as each pack says."),
    ] = None,
) -> None:
    """Show what a course says about its attempts, or change it."""
    opened = store(settings(None))
    says = opened.agreement.course(course_id)
    if newest_only is not None or tenancy is not None:
        says = replace(
            says,
            newest_only=says.newest_only if newest_only is None else newest_only,
            tenancy=tenancy or says.tenancy,
        )
        opened.agreement.put_course(says)
    attempts = "only the newest attempt in line is graded" if says.newest_only else "every attempt is graded"
    boxes = "in containers of its own" if says.tenancy == "single" else "where its pack lets it be"
    typer.echo(f"{course_id}: {attempts}, {boxes}")


def _rounded(record: LaneStatus | Hand) -> dict[str, object]:
    """Return a record for JSON, seconds to a tenth."""
    fields = {name: getattr(record, name) for name in type(record).__dataclass_fields__ if name != "lane"}
    return {name: round(value, 1) if isinstance(value, float) else value for name, value in fields.items()}


def _table_of_lanes(lanes: tuple[LaneStatus, ...]) -> Table:
    table = Table("lane", "waiting", "running", "parked", "oldest", "a minute", "wait", box=None, pad_edge=False)
    for lane in lanes:
        counts = [str(count) for count in (lane.waiting, lane.running, lane.parked)]
        oldest = _duration(lane.oldest_seconds) if lane.waiting else ""
        wait = "unknown" if lane.wait_seconds < 0 else _duration(lane.wait_seconds)
        table.add_row(lane.lane.value, *counts, oldest, f"{lane.per_minute:.1f}", wait)
    return table


def _table_of_hands(hands: tuple[Hand, ...]) -> Table:
    table = Table("worker", "families", "at", "heard of", box=None, pad_edge=False)
    for hand in hands:
        table.add_row(hand.name, " ".join(hand.families), hand.attempt, f"{_duration(hand.seen_seconds)} ago")
    return table


def _table_of_parked(parked: tuple[Parked, ...]) -> Table:
    table = Table("not graded", "assignment", "because of", "", box=None, pad_edge=False)
    for one in parked:
        table.add_row(*(Text(cell) for cell in (one.attempt, one.assignment, one.reason, one.said)))
    return table


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
