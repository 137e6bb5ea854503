"""Tries what a back end promises, with small bombs in real boxes, before it is trusted with anyone's code.

A daemon can say that it limits memory and not do it (no controller, a kernel option, a rootless set-up), so each
promise is tried: from inside by a program of our own (`sandbox/runner/probe.py`), from outside by what became of it.
That takes a second or two, so what was found is kept until the machine starts anew or anything that matters changes.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from grader.canonical import digest
from grader.errors import EngineError
from grader.model import Limits
from grader.sandbox.interface import Box, BoxSpec, Sandbox
from grader.sandbox.promises import REQUIRED, Kept, Promise
from grader.sandbox.waiting import is_readable
from grader.wire import FrameTooLong

LIMITS = Limits(cpu_seconds=0.3, wall_seconds=4.0, memory_mb=64, processes=24, output_kb=64, disk_mb=4)
FAMILY = "python-core"
TOO_MANY_FILES, TOO_MANY_MEGABYTES, TOO_MANY_THREADS = 4500, 20, 64
PATIENCE = 30.0
"""Seconds that a box of the probe may take to do what it is there for; a busy machine takes longer than a quiet one."""

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_LOOKED_AT = (
    Promise.NO_NETWORK,
    Promise.NO_ESCAPE,
    Promise.NO_PRIVILEGE,
    Promise.SYSTEM_CALLS,
    Promise.INODES,
    Promise.PROCESSES,
)

Tried = dict[Promise, Kept]


def hold_to_promises(sandbox: Sandbox, cache: Path) -> None:
    """Refuse a back end that does not keep a required promise, and add to what it lacks the accounted ones.

    Args:
        sandbox: the back end.
        cache: folder of this user, where what was found is kept until the machine is started anew.

    Raises:
        EngineError: naming the promises and what was seen.
    """
    tried = try_once(sandbox, cache)
    broken = [kept for kept in tried.values() if not kept.kept and kept.promise in REQUIRED]
    if broken:
        seen = "; ".join(f"{kept.promise.value}: {kept.seen}" for kept in broken)
        raise EngineError(f"{sandbox.name} does not keep what grading rests on ({seen}), so it is not used")
    sandbox.lacks.update({kept.promise: kept.seen for kept in tried.values() if not kept.kept})


def try_once(sandbox: Sandbox, cache: Path) -> Tried:
    """Return what is known of a back end, tried now if nothing is."""
    about = digest([sandbox.name, sandbox.recipe(FAMILY), _boot(), *sandbox.lacks])
    path = cache / "probed" / f"{about.removeprefix('sha256:')[:32]}.json"
    with suppress(OSError, ValueError, KeyError, TypeError):
        known = json.loads(path.read_text(encoding="utf-8"))
        return {promise: Kept(promise, *known[promise]) for promise in Promise}
    tried = try_all(sandbox)
    if any(not kept.kept and kept.promise not in sandbox.lacks for kept in tried.values()):
        return tried  # a busy machine may do better next time
    with suppress(OSError):  # a cache that cannot be written to costs a second or two each time
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text(json.dumps({kept.promise: [kept.kept, kept.seen] for kept in tried.values()}), encoding="utf-8")
    return tried


def try_all(sandbox: Sandbox) -> Tried:
    """Try every promise now.

    Raises:
        EngineError: no box can be opened.
    """
    probes = (_look, _fill_memory, _go_on_after_the_deadline, _outlive, _spin, _print, _announce)
    with ThreadPoolExecutor(max_workers=3, thread_name_prefix="probe") as pool:
        tried = {kept.promise: kept for found in pool.map(lambda probe: probe(sandbox), probes) for kept in found}
    for promise, reason in sandbox.lacks.items():
        tried[promise] = Kept(promise, kept=False, seen=reason)
    return {promise: tried[promise] for promise in Promise}


# Each opens a box, lets it try, and says what became of it.


def _look(sandbox: Sandbox) -> list[Kept]:
    box = _open(sandbox, f"look({TOO_MANY_FILES}, {TOO_MANY_MEGABYTES}, {TOO_MANY_THREADS})")
    payloads = _until(box, bool)
    box.end()
    said: Mapping[str, list[str]] = json.loads(payloads[0]) if payloads else {}
    found = [_told(promise, said.get(promise.name)) for promise in _LOOKED_AT]
    if sandbox.own_kernel:
        calls = Kept(Promise.SYSTEM_CALLS, kept=True, seen="a kernel of its own answers them, not the host's")
        found = [calls if kept.promise is Promise.SYSTEM_CALLS else kept for kept in found]
    return found


def _told(promise: Promise, got_through: list[str] | None) -> Kept:
    if got_through is None:
        return Kept(promise, kept=False, seen="the probe did not answer")
    return Kept(promise, kept=not got_through, seen=", ".join(got_through) or "every try was refused")


def _fill_memory(sandbox: Sandbox) -> list[Kept]:
    asked = 4 * LIMITS.memory_mb
    box = _open(sandbox, f"fill_memory({asked})")
    kept = not _until(box, bool)
    end = box.end()
    refused = "ended for want of memory" if end.oom else "could not have more"
    return [Kept(Promise.MEMORY, kept=kept, seen=refused if kept else f"got {asked} MB of {LIMITS.memory_mb}")]


def _go_on_after_the_deadline(sandbox: Sandbox) -> list[Kept]:
    """Nobody ends this box; it ignores all signals."""
    box = _open(sandbox, "outlive()", deadline=1)
    _until(box, lambda _: False)
    kept = box.closed
    box.end()
    return [Kept(Promise.WALL, kept=kept, seen="ends itself at its deadline" if kept else "went on after its deadline")]


def _outlive(sandbox: Sandbox) -> list[Kept]:
    box = _open(sandbox, "outlive()")
    _until(box, bool)
    processes = box.processes()
    box.end()
    left = [number for number in processes if Path(f"/proc/{number}").exists()]
    seen = f"{len(processes)} processes seen, {len(left)} left" if processes else "its name space went with it"
    return [Kept(Promise.KILL_ALL, kept=not left, seen=seen)]


def _spin(sandbox: Sandbox) -> list[Kept]:
    box = _open(sandbox, "spin()")
    _until(box, lambda _: box.measure().cpu_seconds > LIMITS.cpu_seconds, seconds=LIMITS.wall)
    used = box.measure().cpu_seconds
    box.end()
    seen = "counted from outside" if used else "one core and the clock bound it; it cannot be counted from here"
    return [Kept(Promise.CPU, kept=True, seen=seen)]


def _print(sandbox: Sandbox) -> list[Kept]:
    box = _open(sandbox, "print_for_ever()")
    _until(box, lambda _: box.printed_bytes > LIMITS.output_kb * 1024)
    kept = box.printed_bytes > LIMITS.output_kb * 1024
    box.end()
    return [Kept(Promise.OUTPUT, kept=kept, seen="counted, and cut off" if kept else "could not be counted")]


def _announce(sandbox: Sandbox) -> list[Kept]:
    box = _open(sandbox, "announce()")
    try:
        _until(box, bool)
        kept = False
    except FrameTooLong:
        kept = True
    box.end()
    return [Kept(Promise.REPLY, kept=kept, seen="4 GB were refused unread" if kept else "took 4 GB")]


def _open(sandbox: Sandbox, attempt: str, *, deadline: int = 60) -> Box:
    program = f"from grader_runner import probe; probe.{attempt}"
    return sandbox.open(BoxSpec(family=FAMILY, program=program, limits=LIMITS, deadline_seconds=deadline, role="probe"))


def _until(box: Box, done: Callable[[list[bytes]], bool], *, seconds: float = PATIENCE) -> list[bytes]:
    """Hear a box until `done` says so, its stream ends, or time is up."""
    heard: list[bytes] = []
    end = time.monotonic() + seconds
    while not box.closed and not done(heard) and time.monotonic() < end:
        if is_readable(box, 0.02):
            heard += box.receive()
    return heard


def _boot() -> str:
    return _BOOT_ID.read_text(encoding="ascii").strip() if _BOOT_ID.exists() else ""
