"""The naive judge, seen from outside: one throw-away container a submission, no network, limits, a clock."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import signal
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import docker
import requests

SECONDS = 6.0
CPU_SECONDS = 3
"""Of one process: what spins is ended sooner than what sleeps, and by a clock that a busy machine does not hurry."""
OUTPUT = 2 * 2**20
LABEL = "grader.naive"
KILLED = (None, 128 + signal.SIGKILL, 128 + signal.SIGXCPU)
"""Exit codes of what had to be ended."""


@dataclass(frozen=True)
class Marked:
    """What the naive judge gave.

    Attributes:
        marks: passed or not, by test; empty when they were lost.
        shown: all that the learner would see.
        killed: the container had to be killed, or the kernel killed what was in it.
    """

    marks: dict[str, bool]
    shown: str
    killed: bool


def judge(client: docker.DockerClient, files: Mapping[str, bytes], tests: Sequence[str]) -> Marked:
    """Have the tests run in a container, beside the submission."""
    script = (Path(__file__).parent / "inside.py").read_text()
    box = client.containers.create(
        "grader/python-ml",
        ["python", "-B", "-c", script, _packed(files), *tests],
        user="65532:65532",
        network_mode="none",
        read_only=True,
        cap_drop=["ALL"],
        security_opt=["no-new-privileges:true"],
        mem_limit="300m",
        memswap_limit="300m",
        pids_limit=64,
        nano_cpus=10**9,
        init=True,
        ulimits=[docker.types.Ulimit(name="cpu", soft=CPU_SECONDS, hard=CPU_SECONDS)],
        tmpfs={"/work": "rw,size=32m,mode=0700,uid=65532,gid=65532", "/tmp": "rw,size=16m"},
        working_dir="/work",
        environment={"HOME": "/work", "PYTHONIOENCODING": "utf-8"},
        entrypoint=[],
        log_config=docker.types.LogConfig(type="json-file", config={"max-size": "4m", "max-file": "1"}),
        labels={LABEL: "1"},
    )
    try:
        box.start()
        code = _wait(box)
        with contextlib.suppress(docker.errors.APIError):
            box.kill()
        box.reload()
        killed = code in KILLED or bool(box.attrs["State"]["OOMKilled"])
        text = box.logs(tail=200)[-OUTPUT:].decode("utf-8", "replace")
        killed = killed or len(text) >= OUTPUT
    finally:
        box.remove(force=True, v=True)
    return Marked(_scrape(text), text, killed)


def _wait(box: docker.models.containers.Container) -> int | None:
    """Return the container's exit code, or None when the clock ran out before it ended."""
    try:
        return int(box.wait(timeout=SECONDS)["StatusCode"])
    except (requests.exceptions.ConnectionError, requests.exceptions.Timeout):
        return None


def _scrape(text: str) -> dict[str, bool]:
    """Return the marks in the last line that is JSON: the judge believes what was printed."""
    for line in reversed(text.splitlines()):
        with contextlib.suppress(ValueError, TypeError, KeyError, RecursionError):
            return {name: bool(passed) for name, passed in json.loads(line)["marks"].items()}
    return {}


def _packed(files: Mapping[str, bytes]) -> str:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as writing:
        for name, content in files.items():
            writing.writestr(name, content)
    return base64.b64encode(archive.getvalue()).decode()
