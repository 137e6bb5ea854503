"""Where the time of one submission goes: a worker's own by step, and everybody's by control group.

The profile counts processor time of the worker's one thread, not the clock, so waiting for a box is nothing in it; the
profiler itself adds to what calls much. A step holds what it calls, so steps overlap.
"""

from __future__ import annotations

import os
import pstats
import signal
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import docker
from memory import ROLE
from yardstick import Row, Yardstick

Boxes = dict[tuple[str, str], float]
WORKER = Path(__file__).with_name("profiled_worker.py")
STEPS = (
    ("which lines there are, filled up", "grader/jobs.py", "lines"),
    ("  feed the queue", "grader/dispatch.py", "feed"),
    ("take an id out of Redis", "grader/queue/worker.py", "_take"),
    ("tell Redis how the worker is", "grader/queue/worker.py", "heartbeat"),
    ("carry out a job", "grader/pipeline.py", "carry_out"),
    ("  claim it", "grader/store/jobs.py", "claim"),
    ("  load the pack", "grader/catalog/pack.py", "load"),
    ("  read the submission", "grader/store/store.py", "submission"),
    ("  read the secret", "grader/store/store.py", "secret"),
    ("  grade", "grader/story/grading.py", "grade"),
    ("    open a box", "grader/sandbox/", "open"),
    ("    end a box", "grader/sandbox/", "end"),
    ("    hand over to the proctor", "grader/proctor/sitting.py", "start"),
    ("    collect the tests", "grader/proctor/sitting.py", "collect"),
    ("    ask a check", "grader/proctor/sitting.py", "ask"),
    ("      relay", "grader/proctor/relay.py", "hear"),
    ("  score and digests", "grader/story/grading.py", "report"),
    ("  what the learner may see", "grader/story/reveal.py", "reveal"),
    ("  render the page", "grader/render/html.py", "_page"),
    ("  compare with an earlier report", "grader/pipeline.py", "_compared"),
    ("  keep the report, end the job", "grader/store/jobs.py", "finish"),
)
"""A sentence, the file or folder and the function it stands for; one that is not there any more is left out."""


def start(out: Path, environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start such a worker."""
    command = [sys.executable, str(WORKER), str(out), f"profiled-{os.getpid()}", str(os.getpid())]
    with log.open("ab") as file:
        return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=file, stderr=file)


def end(worker: subprocess.Popen[bytes]) -> None:
    """Have it stop when its job is done."""
    worker.send_signal(signal.SIGTERM)
    worker.wait()


def of_boxes(url: str, yardstick: Yardstick) -> Boxes:
    """Return what each container that is there has used, in processor seconds, by its role and id."""
    with closing(docker.DockerClient(url)) as client:
        there = [(one["Labels"].get(ROLE, "other"), one["Id"]) for one in client.api.containers()]
    found = {}
    for role, identity in there:
        with suppress(OSError):  # it has ended since
            found[role, identity] = yardstick.cpu(f"boxes/{identity}")
    return found


def shares(row: Row, before: Boxes, after: Boxes) -> str:
    """Return who used what of one submission, as Markdown; containers that stayed by their role."""
    parts = dict(row.parts)
    for (role, identity), used in after.items():
        stayed = 1000 * (used - before.get((role, identity), 0.0)) / row.n
        parts[f"boxes of a {role}"] = parts.get(f"boxes of a {role}", 0.0) + stayed
        parts["boxes"] = parts.get("boxes", 0.0) - stayed
    named = {("boxes that are gone" if name == "boxes" else name): figure for name, figure in parts.items()}
    lines = ["| who | CPU ms |", "|---|--:|", *(f"| {name} | {figure:.2f} |" for name, figure in named.items())]
    return "\n".join(lines) + "\n"


def table(out: Path, most: int = 20) -> str:
    """Return what a profile says, as Markdown: the steps, then the functions with most time of their own."""
    stats = pstats.Stats(str(out)).stats  # type: ignore[attr-defined]
    count = int(out.with_suffix(".count").read_text(encoding="ascii"))
    lines = ["| step | function | calls | CPU ms |", "|---|---|--:|--:|"]
    for said, file, function in STEPS:
        for (where, _, name), (_, calls, _, cumulative, _) in stats.items():
            if name == function and file in where:
                spaces = "&nbsp;" * 2 * (len(said) - len(said.lstrip()) >> 1)
                where_to = f"{'/'.join(Path(where).parts[-2:])} `{name}`"
                lines.append(
                    f"| {spaces}{said.strip()} | {where_to} | {calls / count:.1f} | {1000 * cumulative / count:.2f} |"
                )
    whole = sum(own for _, _, own, _, _ in stats.values())
    lines += [f"| **the worker's thread in all** | | | **{1000 * whole / count:.2f}** |", ""]
    lines += ["| function | calls | own CPU ms |", "|---|--:|--:|"]
    for (where, line, name), (_, calls, own, _, _) in sorted(stats.items(), key=lambda one: -one[1][2])[:most]:
        place = f"{'/'.join(Path(where).parts[-2:])}:{line}" if line else where
        lines.append(f"| `{name}` {place} | {calls / count:.1f} | {1000 * own / count:.2f} |")
    return "\n".join(lines) + "\n"
