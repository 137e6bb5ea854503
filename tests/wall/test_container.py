"""What a box is denied, and that it ends by itself: asked of a real container."""

from __future__ import annotations

import json
import select
import struct

import pytest

from grader.model import Limits
from grader.sandbox.docker import DockerSandbox
from grader.sandbox.interface import BoxSpec
from grader.settings import resource
from grader.wire import FrameTooLong

pytestmark = [pytest.mark.docker]

FOLDERS = ["/", "/etc", "/opt", "/usr", "/var/tmp", "/dev", "/work", "/tmp"]
LOOK = (
    f"FOLDERS = {FOLDERS!r}"
    """
import json, os, struct, sys
status = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
def writable(folder):
    try:
        open(folder + "/probe", "w").close()
        return True
    except OSError:
        return False
seen = {
    "uid": os.getuid(), "gid": os.getgid(),
    "capabilities": [status[name].strip().strip("0") for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")],
    "no_new_privileges": status["NoNewPrivs"].strip(), "seccomp": status["Seccomp"].strip(),
    "interfaces": sorted(os.listdir("/sys/class/net")) if os.path.isdir("/sys/class/net") else ["lo"],
    "routes": open("/proc/net/route").read().splitlines()[1:],
    "writable": [folder for folder in FOLDERS if writable(folder)],
    "environment": sorted(os.environ),
    "process_1": open("/proc/1/comm").read().strip(),
}
text = json.dumps(seen).encode()
os.write(1, struct.pack(">I", len(text)) + text)
"""
)


@pytest.fixture(scope="module")
def sandbox():
    sandbox = DockerSandbox(resource("sandbox"))
    yield sandbox
    assert sandbox.leftovers() == []


def opened(sandbox, code: str, *, deadline: int = 60):
    command = ("/opt/venv/bin/python", "-s", "-P", "-B", "-c", code)
    limits = Limits(memory_mb=64, processes=16, disk_mb=8)
    return sandbox.open(
        BoxSpec(family="python-core", command=command, limits=limits, deadline_seconds=deadline, role="learner")
    )


def heard(box) -> list[bytes]:
    """Return what a box sends until its stream ends, or nothing comes for a minute."""
    payloads: list[bytes] = []
    while not box.closed and select.select([box.fileno()], [], [], 60)[0]:
        payloads += box.receive()
    return payloads


def test_a_box_has_no_network_no_privilege_and_a_read_only_root(sandbox):
    """Seen from inside, where the learner stands."""
    box = opened(sandbox, LOOK)
    (payload,) = heard(box)
    box.end()
    seen = json.loads(payload)
    assert (seen["uid"], seen["gid"]) == (65532, 65532)
    assert seen["capabilities"] == [""] * 5
    assert seen["no_new_privileges"] == "1"
    assert seen["seccomp"] == "2"
    assert seen["interfaces"] == ["lo"]
    assert seen["routes"] == []
    assert seen["writable"] == FOLDERS[-2:]
    assert seen["process_1"] != "python"
    assert not [name for name in seen["environment"] if "GRADER" in name or "SECRET" in name]


def test_a_box_ends_by_itself_at_its_deadline(sandbox):
    """Nobody outside does anything: the stream ends because the box does."""
    box = opened(sandbox, "while True: pass", deadline=1)
    assert heard(box) == []
    assert box.closed
    box.end()


def test_ending_a_box_leaves_nothing(sandbox):
    """Daemons, files and the container go with it."""
    box = opened(sandbox, "import os\nfor _ in range(5):\n    os.fork()\nwhile True: pass")
    box.end()
    assert sandbox.leftovers() == []


def test_a_frame_over_the_cap_is_refused_before_it_is_kept(sandbox):
    """A length of four gigabytes is announced; nothing of it is read."""
    box = opened(sandbox, f"import os; os.write(1, {struct.pack('>I', 2**32 - 1)!r}); os.read(0, 1)")
    with pytest.raises(FrameTooLong):
        heard(box)
    box.end()
