"""Our lists of system calls as a real kernel keeps them: what is refused in a box, and what goes on working there.

Each row is tried in a container under our profile, and in one under Docker's own: there most of the rows get further,
which shows that it is our list that refuses them.
"""

from __future__ import annotations

import contextlib
import json
import os

import pytest

from grader.model import Limits
from grader.sandbox.container import configuration
from grader.sandbox.docker_client import connect
from grader.sandbox.interface import BoxSpec
from grader.settings import resource

pytestmark = [pytest.mark.docker]

CALLS = {  # call: (number on x86_64, arguments, errno under our profile)
    "ptrace": (101, [0, 0, 0, 0], "EPERM"),
    "process_vm_readv": (310, [1, 0, 0, 0, 0, 0], "EPERM"),
    "kcmp": (312, [1, 1, 0, 0, 0], "EPERM"),
    "pidfd_open": (434, [1, 0], "EPERM"),
    "io_uring_setup": (425, [1, 0], "ENOSYS"),
    "userfaultfd": (323, [0], "ENOSYS"),
    "memfd_secret": (447, [0], "ENOSYS"),
    "clone3": (435, [0, 0], "ENOSYS"),
    "unshare": (272, [0x10000000], "EPERM"),
    "setns": (308, [-1, 0], "EPERM"),
    "mount": (165, [0, 0, 0, 0, 0], "EPERM"),
    "fsopen": (430, [0, 0], "EPERM"),
    "pivot_root": (155, [0, 0], "EPERM"),
    "open_by_handle_at": (304, [-1, 0, 0], "EPERM"),
    "bpf": (321, [0, 0, 0], "EPERM"),
    "perf_event_open": (298, [0, 0, -1, -1, 0], "EPERM"),
    "keyctl": (250, [0, -3, 0], "EPERM"),
    "add_key": (248, [0, 0, 0, 0, 0], "EPERM"),
    "modify_ldt": (154, [0, 0, 0], "EPERM"),
    "vmsplice": (278, [-1, 0, 0, 0], "EPERM"),
    "splice": (275, [-1, 0, -1, 0, 0, 0], "EPERM"),
    "io_setup": (206, [1, 0], "EPERM"),
    "shmget": (29, [0, 4096, 0o600], "EPERM"),
    "semget": (64, [0, 1, 0o600], "EPERM"),
    "mq_open": (240, [0, 0, 0, 0], "EPERM"),
    "setuid": (105, [65532], "EPERM"),
    "capset": (126, [0, 0], "EPERM"),
    "setxattr": (188, [0, 0, 0, 0, 0], "EPERM"),
    "mbind": (237, [0, 0, 0, 0, 0, 0], "EPERM"),
    "sched_setscheduler": (144, [1, 5, 0], "EPERM"),
    "setpriority": (141, [0, 1, 19], "EPERM"),
    "prlimit64 of process 1": (302, [1, 0, 0, 0], "EPERM"),
    "socket AF_INET": (41, [2, 1, 0], "EPERM"),
    "socket AF_NETLINK": (41, [16, 3, 0], "EPERM"),
    "socket AF_PACKET": (41, [17, 3, 0], "EPERM"),
    "socket AF_VSOCK": (41, [40, 1, 0], "EPERM"),
}
PROGRAM = """
import ctypes, errno, json, os
libc = ctypes.CDLL(None, use_errno=True)
found = {}
for name, (number, arguments, _) in CALLS.items():
    ctypes.set_errno(0)
    result = libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments))
    found[name] = "done" if result >= 0 else errno.errorcode[ctypes.get_errno()]
print(json.dumps(found))
"""
WORKS = {
    "threads": "import threading; t = threading.Thread(target=print); t.start(); t.join()",
    "a subprocess": "import subprocess; subprocess.run(['/bin/true'], check=True)",
    "a pool of processes": "import multiprocessing as m\nwith m.Pool(2) as p: assert p.map(abs, [-1, 2]) == [1, 2]",
    "asyncio": "import asyncio; asyncio.run(asyncio.sleep(0))",
    "a subprocess of asyncio": """
import asyncio
async def f():
    assert await (await asyncio.create_subprocess_exec("/bin/true")).wait() == 0
asyncio.run(f())
""",
    "sqlite": "import sqlite3; c = sqlite3.connect('/work/d'); c.execute('create table t (a)'); c.commit()",
    "temporary files": "import tempfile, shutil\nwith tempfile.NamedTemporaryFile() as f: shutil.copy2(f.name, 'b')",
    "mmap": "import mmap; mmap.mmap(-1, 4096).write(b'x')",
    "sockets of this machine": "import socket; a, b = socket.socketpair(); a.send(b'x'); assert b.recv(1) == b'x'",
    "numpy": "import numpy as n; n.linalg.svd(n.random.rand(200, 200))",
    "pandas": "import pandas as p; p.DataFrame({'a': [1, 2]}).to_csv('/work/a.csv'); p.read_csv('/work/a.csv')",
    "scikit-learn": "from sklearn.linear_model import LogisticRegression as L; L().fit([[0], [1]], [0, 1])",
    "joblib in processes": "import joblib as j; assert j.Parallel(2)(j.delayed(abs)(x) for x in [-1]) == [1]",
    "a figure": "import matplotlib.pyplot as p; p.plot([1, 2]); p.savefig('/work/a.png')",
}


def printed(program: str, *, profile: str = "learner", own: bool = True) -> str:
    """Return what a program prints in a container like a box, under our profile or Docker's."""
    api = connect().api
    text = (resource("sandbox") / "seccomp" / f"{profile}.json").read_text(encoding="utf-8")
    limits = Limits(memory_mb=512)
    spec = BoxSpec(family="python-ml", program="", limits=limits, deadline_seconds=60, role="test")
    asked = configuration("grader/python-ml", spec, profile=text, runtime="runc", owner="test", now=2**33)
    asked |= {"Cmd": ["/opt/venv/bin/python", "-c", program], "OpenStdin": False, "StdinOnce": False, "Labels": {}}
    asked["HostConfig"]["LogConfig"] = {"Type": "json-file", "Config": {}}
    if not own:
        asked["HostConfig"]["SecurityOpt"] = ["no-new-privileges:true"]
    identity = api.create_container_from_config(asked)["Id"]
    try:
        api.start(identity)
        status = api.wait(identity, timeout=120)["StatusCode"]
        said = api.logs(identity).decode(errors="replace")
    finally:
        with contextlib.suppress(Exception):
            api.remove_container(identity, force=True)
    assert status == 0, said
    return said


@pytest.fixture(scope="module")
def found():
    if os.uname().machine != "x86_64":
        pytest.fail("the numbers of this table are those of x86_64; tests/unit/test_seccomp.py covers the others")
    program = f"CALLS = {CALLS!r}\n{PROGRAM}"
    return {own: json.loads(printed(program, own=own)) for own in (True, False)}


@pytest.mark.parametrize("call", list(CALLS))
def test_refused_in_a_box(found, call):
    """With the answer of the list, whatever the kernel would have said."""
    assert found[True][call] == CALLS[call][2]


def test_docker_s_own_profile_lets_more_through(found):
    """The control: at least these get to the kernel there."""
    through = {call for call, said in found[False].items() if said != CALLS[call][2]}
    assert {"io_uring_setup", "splice", "shmget", "socket AF_INET", "setuid", "modify_ldt"} <= through


def test_what_learners_need_goes_on_working():
    """All in one box, each in a process of its own."""
    program = (
        f"import subprocess, sys\nWORKS = {WORKS!r}\n"
        "for name, code in WORKS.items():\n"
        "    done = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True)\n"
        "    print(name if done.returncode == 0 else f'{name} FAILED {done.stderr}')\n"
    )
    assert printed(program).splitlines() == list(WORKS)


def test_a_web_service_talks_on_loopback_and_nowhere_else():
    """Under the profile for web services."""
    program = """
import http.server, threading, urllib.request, socket, errno
server = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/").status)
try:
    socket.create_connection(("192.0.2.1", 9), timeout=2)
except OSError as error:
    print(errno.errorcode[error.errno])
"""
    assert printed(program, profile="web").splitlines()[-2:] == ["200", "ENETUNREACH"]
