"""The checks of a bench pack without us: once, over and over, or each in a fork of a prepared process.

    python alone.py once|loop|fork|pytest FOLDER [N]
    python alone.py bare-forks [N]

The limits that ours is measured beside. Runs in the root of an image with that image's own Python, so it imports the
standard library only, and pytest where it is asked for; FOLDER holds `solution.py` and the pack's hidden tests, whose
two fixtures are made here, or by the `conftest.py` that lies there. The first round of N is not counted. What it
measured is printed as JSON.
"""

from __future__ import annotations

import contextlib
import gc
import inspect
import io
import json
import os
import random
import sys
import time
import types
from collections.abc import Callable
from pathlib import Path

Check = Callable[..., None]
SPARED = (
    "cacheprovider doctest faulthandler junitxml logging pastebin setuponly setupplan stepwise threadexception "
    "unraisableexception warnings"
).split()
"""Plugins that pytest does without."""


def main() -> None:
    """Do what the command line says."""
    mode, *rest = sys.argv[1:]
    if mode == "bare-forks":
        print(json.dumps(bare_forks(int(rest[0]))))
        return
    folder = Path(rest[0])
    if mode == "pytest":
        print(json.dumps(in_forked_pytest(folder, int(rest[1]))))
        return
    checks = checks_of(folder)
    if mode == "once":
        run(checks, folder, 0)
        return
    rounds = {"loop": in_this_process, "fork": in_a_fork}[mode]
    print(json.dumps(rounds(checks, folder, int(rest[1]))))


def checks_of(folder: Path) -> list[Check]:
    """Return the test functions of a folder, in order."""
    found = []
    for file in sorted(folder.glob("test_*.py")):
        names: dict[str, object] = {"__name__": file.stem}
        exec(compile(file.read_bytes(), str(file), "exec"), names)  # noqa: S102 - the pack's tests
        found += [thing for name, thing in names.items() if name.startswith("test_") and callable(thing)]
    return found


def run(checks: list[Check], folder: Path, number: int) -> None:
    """Load the submission anew, and run every check of it."""
    submission = types.ModuleType("solution")
    source = (folder / "solution.py").read_text(encoding="utf-8") + f"\n# {number}\n"
    exec(compile(source, "solution.py", "exec"), submission.__dict__)  # noqa: S102 - the reference solution
    for place, check in enumerate(checks):
        wanted = inspect.signature(check).parameters
        lent = {"submission": submission, "rng": random.Random(f"{number} {place}")}  # noqa: S311 - draws of a test
        check(**{name: lent[name] for name in wanted})


def in_this_process(checks: list[Check], folder: Path, count: int) -> list[dict[str, float]]:
    """Return what each round took: the best that anybody can do."""
    run(checks, folder, -1)
    return [_timed(lambda number=number: run(checks, folder, number)) for number in range(count)]


def in_a_fork(checks: list[Check], folder: Path, count: int) -> list[dict[str, float]]:
    """Return what each round took in a fork of this process, which has imported all there is to import."""
    run(checks, folder, -1)
    gc.freeze()
    return [_timed(lambda number=number: _forked(lambda: run(checks, folder, number))) for number in range(1 + count)][
        1:
    ]


def in_forked_pytest(folder: Path, count: int) -> list[dict[str, float]]:
    """Return what each round took pytest, in a fork of this process, which has imported it: the least that it takes."""
    import pytest  # noqa: PLC0415 - not where the other modes run

    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    arguments = ["-q", *(f"-pno:{plugin}" for plugin in SPARED), f"--rootdir={folder}", str(folder)]

    def work() -> None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        if pytest.main(arguments):
            raise SystemExit("a check failed")

    with contextlib.redirect_stdout(io.StringIO()):
        pytest.main([*arguments[:-1], "--version"])  # imports what it is made of
    gc.freeze()
    return [_timed(lambda: _forked(work)) for _ in range(1 + count)][1:]


def bare_forks(count: int) -> list[dict[str, float]]:
    """Return what a fork of the box's process takes that does nothing."""
    import grader_runner.main  # noqa: F401, PLC0415 - the process that forks in a box has it; the host has not

    gc.freeze()
    return [_timed(lambda: _forked(lambda: None)) for _ in range(1 + count)][1:]


def _forked(work: Callable[[], None]) -> None:
    pid = os.fork()
    if not pid:
        try:
            work()
        except BaseException:  # noqa: BLE001 - whatever it is, this process ends here
            os._exit(1)
        os._exit(0)
    if os.waitpid(pid, 0)[1]:
        raise SystemExit("a check failed in a fork")


def _timed(work: Callable[[], None]) -> dict[str, float]:
    wall, cpu = time.perf_counter(), _cpu()
    work()
    return {"wall_ms": 1000 * (time.perf_counter() - wall), "cpu_ms": 1000 * (_cpu() - cpu)}


def _cpu() -> float:
    """Return processor time of this process and of those that it has waited for; ticks would be too coarse."""
    import resource  # noqa: PLC0415 - not on every system

    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime


if __name__ == "__main__":
    main()
