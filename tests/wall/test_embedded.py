"""What is special to the embedded sandbox: whose its boxes are, what they see of the host, how roots are made."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

from grader.errors import EngineError
from grader.model import Limits
from grader.sandbox import roots
from grader.sandbox.bubblewrap import FIRST_UID, as_user
from grader.sandbox.choice import named
from grader.sandbox.interface import BoxSpec
from grader.settings import resource

LOOK = """
import json, os, struct, time
def names(folder):
    try: return sorted(os.listdir(folder))
    except OSError: return None
def read(path):
    try: return open(path).read()
    except OSError: return ""
seen = {"top": names("/"), "etc": names("/etc"), "opt": names("/opt"), "dev": names("/dev"), "uid": os.getuid(),
        "cmdline": read("/proc/cmdline"), "descriptors": len(os.listdir("/proc/self/fd"))}
text = json.dumps(seen).encode()
os.write(1, struct.pack(">I", len(text)) + text)
time.sleep(3600)
"""


@pytest.fixture(scope="module")
def sandbox():
    sandbox = named("embedded")
    yield sandbox
    assert sandbox.leftovers() == []


def looked(sandbox):
    box = sandbox.open(
        BoxSpec(family="python-core", program=LOOK, limits=Limits(), deadline_seconds=60, role="learner")
    )
    payloads: list[bytes] = []
    while not payloads and not box.closed and select.select([box.fileno()], [], [], 60)[0]:
        payloads += box.receive()
    return box, json.loads(payloads[0])


@pytest.mark.embedded
def test_a_box_sees_programs_and_nothing_else_of_the_host(sandbox):
    """No home, no data, no passwords, no devices but the usual few; no descriptor of ours."""
    box, seen = looked(sandbox)
    box.end()
    assert set(seen["top"]) <= {
        *("bin", "sbin", "lib", "lib32", "lib64", "libx32", "usr", "etc", "opt", "proc", "dev", "tmp", "work"),
        *(Path(place).parts[1] for place in roots.find("python-core", resource("sandbox")).extra),
    }
    assert seen["etc"] == ["group", "ld.so.cache", "passwd"]
    assert seen["opt"] == ["grader", "venv"]
    assert not [name for name in seen["dev"] if name.startswith(("sd", "nvme", "vd", "loop", "kvm", "mem"))]
    assert seen["cmdline"] == ""
    assert seen["descriptors"] == 4  # 0, 1, 2 and the one that lists them
    assert seen["uid"] == 65532


@pytest.mark.embedded
def test_no_box_is_root_and_no_two_are_the_same_user(sandbox):
    """On the host, where it counts; an ordinary user's boxes are that user's."""
    boxes = [looked(sandbox)[0] for _ in range(2)]
    users = [{Path(f"/proc/{process}/task").stat().st_uid for process in box.processes()[-1:]} for box in boxes]
    for box in boxes:
        box.end()
    if os.geteuid() == 0:
        assert all(user >= FIRST_UID for found in users for user in found)
        assert users[0].isdisjoint(users[1])
    else:
        assert users == [{os.geteuid()}] * 2


@pytest.mark.parametrize("uid", [0, -1])
def test_bubblewrap_is_never_started_as_root(uid):
    """The command that becomes nobody refuses to become root."""
    with pytest.raises(ValueError, match="never started as root"):
        as_user(uid)


def test_a_root_is_made_whole_or_not_at_all(tmp_path, monkeypatch):
    """What breaks on the way leaves nothing that could be taken for a root."""
    monkeypatch.setattr(roots, "roots", lambda: tmp_path / "roots")

    def install(_wanted, _venv):
        raise EngineError("the index is down")

    monkeypatch.setattr(roots, "_install", install)
    with pytest.raises(EngineError, match="the index is down"):
        roots.build("python-ml", progress=lambda _: None, sandbox_dir=resource("sandbox"))
    assert list((tmp_path / "roots").iterdir()) == []
    with pytest.raises(EngineError, match="grader images build python-ml"):
        roots.find("python-ml", resource("sandbox"))


def test_a_root_of_other_sources_is_not_used(tmp_path, monkeypatch):
    """And is replaced when the family is made anew."""
    monkeypatch.setattr(roots, "roots", lambda: tmp_path)
    (tmp_path / "python-core-0123456789abcdef").mkdir()
    with pytest.raises(EngineError, match="of other sources"):
        roots.find("python-core", resource("sandbox"))
    made = roots.build("python-core", progress=lambda _: None, sandbox_dir=resource("sandbox"))
    assert [path.name for path in tmp_path.iterdir()] == [made.folder.name]


@pytest.mark.embedded
@pytest.mark.timeout(600)
def test_grading_without_docker_works_and_says_what_it_is(tmp_path):
    """No engine answers: the examples are as expected, and the command says what is not accounted for."""
    nowhere = {"DOCKER_HOST": "unix:///nonexistent/docker.sock", "GRADER_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "grader", "check", "sorting-searching"]
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, **nowhere}, check=False, timeout=500
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "embedded (bubblewrap" in done.stderr
    assert "practice only" in done.stderr
    assert "Traceback" not in done.stderr
