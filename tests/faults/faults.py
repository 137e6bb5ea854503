"""Grades a crowd while workers, cells, Redis and Docker are killed, and says whether anything was lost.

    .venv/bin/python tests/faults/faults.py [--attempts N] [--only one-machine|two-hosts]

Every attempt must end with exactly one report, every findings digest must equal an undisturbed grading's, every score
must be what was handed in, and nothing may be left running. The last line is the verdict; exit 0 or 1.

    one-machine   SQLite, a Redis on a socket, one crew; boxes in cells
    two-hosts     PostgreSQL and Redis over TLS with passwords, a crew in each of two network name spaces, which see no
                  control groups; so each box is a container of its own
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "faults")]

from crews import Crew, kill, processes_with  # noqa: E402
from crowd import PACKS, SLUG, HandedIn, crowd  # noqa: E402 - the folders of tests are on no path but pytest's
from own_docker import OwnDocker  # noqa: E402
from scenes import SCENES, Scene  # noqa: E402
from sqlalchemy import func, select  # noqa: E402

from grader import catalog, reception  # noqa: E402
from grader.canonical import digest  # noqa: E402
from grader.desk import Desk  # noqa: E402
from grader.model import State  # noqa: E402
from grader.queue import Queue  # noqa: E402
from grader.sandbox.choice import open_sandbox  # noqa: E402
from grader.settings import Settings  # noqa: E402
from grader.store import Store  # noqa: E402
from grader.store.schema import gradings, jobs, reports  # noqa: E402
from grader.story import grading  # noqa: E402
from grader.story.findings import findings as findings_of  # noqa: E402

SECRET = hashlib.sha256(b"faults").digest()
FAMILIES = ("python-core", "python-ml")
SIDE_BY_SIDE = 2
STUCK_SECONDS = 90.0
"""So long nothing may happen before the run is given up."""


def main() -> int:
    """Run what was asked for; returns the exit code."""
    asked = _arguments()
    people = crowd(asked.attempts)
    same = sum(count for count in Counter(one.submission.digest for one in people).values() if count > 1)
    print(f"{len(people)} attempts, {same} of them with the bytes of another", flush=True)
    lost: list[str] = []
    with tempfile.TemporaryDirectory(prefix="gf-") as folder, OwnDocker(Path(folder) / "d") as docker:
        _carry_images(docker)
        undisturbed = _undisturbed(people)
        for name, scene in SCENES.items():
            if asked.only in ("", name):
                lost += [
                    f"{name}: {loss}" for loss in _disturbed(scene, Path(folder) / name, docker, people, undisturbed)
                ]
        docker.stop()
        left = {pid: said for pid, said in processes_with(folder).items() if pid not in docker.forgotten}
        lost += [f"process {pid} is left running: {said}" for pid, said in left.items()]
    for loss in lost[:40]:
        print(f"  {loss}")
    scenes = asked.only or " and ".join(SCENES)
    words = f"FAILED, {len(lost)} losses" if lost else f"passed: {len(people)} attempts, as many reports, nothing lost"
    print(f"faults ({scenes}): {words}")
    return 1 if lost else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--attempts", type=int, default=1000, metavar="N")
    parser.add_argument("--only", default="", choices=["", *SCENES])
    return parser.parse_args()


def _carry_images(docker: OwnDocker) -> None:
    with _told("images carried to a Docker engine of the test's own"):
        docker.carry(FAMILIES)


def _undisturbed(people: list[HandedIn]) -> dict[str, str]:
    """Return the findings of each submission, graded with nothing in the way."""
    pack, sandbox = catalog.load(SLUG, [PACKS]), open_sandbox("docker")

    def findings(one: HandedIn) -> tuple[str, str]:
        graded = grading.grade(
            pack, one.submission, sandbox=sandbox, secret=SECRET, progress=lambda _step: None, tenancy="single"
        )
        found = findings_of(graded.pins, [examined.verdict for examined in graded.examined.values()])
        return one.submission.digest, digest(found)

    distinct = list({one.submission.digest: one for one in people}.values())
    with (
        _told(f"{len(distinct)} submissions graded undisturbed, each box a container of its own"),
        closing(sandbox),
        ThreadPoolExecutor(SIDE_BY_SIDE) as pool,
    ):
        return dict(pool.map(findings, distinct))


def _disturbed(
    scene: type[Scene], folder: Path, docker: OwnDocker, people: list[HandedIn], undisturbed: dict[str, str]
) -> list[str]:
    """Grade the crowd's work while everything is killed in turn; returns what was lost."""
    folder.mkdir()
    with ExitStack() as held:
        place = held.enter_context(scene(folder, docker.url, SECRET))
        settings = replace(Settings.from_environment([PACKS], place.environment), home=folder / "desk")
        store = Store(settings.home, place.secret, settings.database_url)
        held.callback(store.database.close)
        desk = Desk(settings, store, Queue(settings.redis_url))
        with _told(f"{scene.name}: {len(people)} attempts graded"):
            attempts = _hand_in(desk, people, folder)
            for crew in place.crews:
                crew.start(place.processes)
            lost = _kill_in_turn(store, len(people), place, docker)
        ended = [crew.stop() for crew in place.crews]
        lost += [f"a crew ended with {code}" for code in ended if code]
        lost += [*_losses(store, people, attempts, undisturbed), *_left(docker)]
        for crew in place.crews if lost else ():
            print(crew.last_words(), flush=True)
        return lost


def _hand_in(desk: Desk, people: list[HandedIn], folder: Path) -> dict[str, HandedIn]:
    """Hand in everybody's work; the first of it waits before the last has come."""
    work = folder / "work"
    work.mkdir()
    return {
        reception.receive(desk, SLUG, one.write(work), learner=one.learner, course=one.course).id: one for one in people
    }


def _kill_in_turn(store: Store, size: int, place: Scene, docker: OwnDocker) -> list[str]:
    """Kill one thing after the other as the work goes on, until all is done or nothing happens any more."""
    plan = [
        (0.08, "a worker", lambda: _kill_a_worker(place.crews[0])),
        (0.20, "Redis", place.kill_redis),
        (0.32, "everything in Redis", place.flush),
        (0.44, "a worker", lambda: _kill_a_worker(place.crews[-1])),
        (0.56, "the Docker engine", lambda: _kill_docker(docker)),
        *([(0.68, "every cell", lambda: _kill_cells(docker))] if place.cells else []),
        (0.80, "a worker", lambda: _kill_a_worker(place.crews[0])),
    ]
    done, moved = 0, time.monotonic()
    while done < size:
        now_done = _count_reports(store)
        if now_done > done:
            done, moved = now_done, time.monotonic()
        while plan and done >= plan[0][0] * size:
            _, what, strike = plan.pop(0)
            print(f"    {done} of {size}: killing {what}", flush=True)
            strike()
        if time.monotonic() - moved > STUCK_SECONDS:
            return [f"nothing has happened for {STUCK_SECONDS:.0f} s at {done} of {size}"]
        time.sleep(0.05)
    return [f"never came to kill {what}" for _, what, _ in plan]


def _kill_a_worker(crew: Crew) -> None:
    kill(crew.workers()[0])


def _kill_cells(docker: OwnDocker) -> None:
    for number in docker.processes():
        kill(number)


def _kill_docker(docker: OwnDocker) -> None:
    docker.kill()
    docker.start()  # as a service manager would


def _count_reports(store: Store) -> int:
    with store.database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(reports)).scalar_one())


def _losses(
    store: Store, people: list[HandedIn], attempts: dict[str, HandedIn], undisturbed: dict[str, str]
) -> list[str]:
    """Return what is not as it must be."""
    with store.database.reading() as connection:
        kept = Counter(connection.execute(reports.select()).scalars())
        tries = connection.execute(gradings.select()).all()
        waiting = connection.execute(jobs.select()).all()
    lost = [f"attempt {one} has {kept[one]} reports" for one in attempts if kept[one] != 1]
    lost += [f"attempt {one} is of nobody" for one in kept if one not in attempts]
    lost += [f"attempt {row.attempt} is still {row.state}: {row.said}" for row in waiting]
    for attempt_id, one in attempts.items():
        if kept[attempt_id] == 1:
            report, attempt = store.report(attempt_id), store.attempt(attempt_id)
            if report.findings_digest != undisturbed[one.submission.digest]:
                lost.append(f"attempt {attempt_id} of {one.learner} has other findings than undisturbed")
            if report.score.earned != one.points:
                lost.append(f"attempt {attempt_id} earned {report.score.earned}, and should have {one.points}")
            if (attempt.state, attempt.number, attempt.learner) != (State.GRADED, 1, one.learner):
                lost.append(f"attempt {attempt_id} stands as {attempt}")
    again = Counter(row.ended for row in tries)
    print(f"    {len(people)} attempts took {sum(again.values())} gradings: {dict(again)}", flush=True)
    return lost


def _left(docker: OwnDocker) -> list[str]:
    running = docker.running()
    return [f"{len(running)} containers are left running: {running}"] if running else []


class _told:  # noqa: N801 - used as a word
    """Says what was done, and how long it took."""

    def __init__(self, what: str) -> None:
        self._what = what

    def __enter__(self) -> None:
        self._started = time.monotonic()

    def __exit__(self, *_: object) -> None:
        print(f"  {self._what} in {time.monotonic() - self._started:.1f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
