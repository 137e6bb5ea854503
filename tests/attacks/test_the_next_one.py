"""Attacks on whoever comes next: what one submission leaves in a cell, and what another finds there.

Each attack is two programs: one that leaves something, and one that says whether it was reached. In a cell it must not
be. Before a naive judge, which runs one submission after the other in one process of one container, the same two
programs must succeed, or the table says why they cannot.
"""

from __future__ import annotations

import json
import select
from dataclasses import dataclass

import pytest

from grader.model import Limits
from grader.sandbox.choice import named
from grader.sandbox.interface import Box, BoxSpec, Sandbox

pytestmark = [pytest.mark.attack, pytest.mark.docker]

LIMITS = Limits(memory_mb=64, processes=24, disk_mb=8)
PATIENCE = 60
SAY = """
import json, os, struct
def say(value):
    text = json.dumps(value).encode()
    os.write(1, struct.pack(">I", len(text)) + text)
"""
DAEMON = """
import os, time
ready, tell = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
{work}
    os._exit(0)
os.wait()
os.read(ready, 1)
"""


def daemon(work: str) -> str:
    """A program that leaves a process behind, two forks away, and knows that it is at work."""
    return DAEMON.format(work="\n".join(f"        {line}" for line in work.strip().splitlines()))


@dataclass(frozen=True)
class Attack:
    """What one leaves, and how the other finds out.

    Attributes:
        name: what it goes through.
        leave: program of the first.
        reach: program of the second; sets `reached`.
        why_not: why the naive judge is not reached either, or empty.
    """

    name: str
    leave: str
    reach: str
    why_not: str = ""


ATTACKS = [
    Attack(
        "files",
        """
for place in ("/work", "/tmp", "/dev/shm", "/work/submission"):
    os.makedirs(place, exist_ok=True)
    open(place + "/left.py", "w").write("secret")
""",
        'reached = any(os.path.exists(p + "/left.py") for p in ("/work", "/tmp", "/dev/shm", "/work/submission"))',
    ),
    Attack(
        "files of the cell itself",
        """
import glob
for folder in glob.glob("/proc/[0-9]*/root/tmp") + glob.glob("/proc/[0-9]*/cwd"):
    try: open(folder + "/left", "w").write("secret")
    except OSError: pass
""",
        'import glob; reached = bool(glob.glob("/proc/[0-9]*/root/tmp/left") + glob.glob("/proc/[0-9]*/cwd/left"))',
    ),
    Attack(
        "shared memory",
        """
import mmap
held = os.open("/dev/shm/left", os.O_RDWR | os.O_CREAT)
os.ftruncate(held, 4096)
mmap.mmap(held, 4096)[:6] = b"secret"
""",
        """
try: reached = open("/dev/shm/left", "rb").read(6) == b"secret"
except OSError: reached = False
""",
    ),
    Attack(
        "a process left behind that writes into every place",
        daemon("""
os.write(tell, b"!")
while True:
    for place in ("/work", "/tmp", "/dev/shm"):
        try: open(place + "/from-the-dead", "w").write("boo")
        except OSError: pass
    time.sleep(0.01)
"""),
        """
import time
end = time.monotonic() + 0.5
reached = False
while not reached and time.monotonic() < end:
    reached = any(os.path.exists(place + "/from-the-dead") for place in ("/work", "/tmp", "/dev/shm"))
""",
    ),
    Attack(
        "signals from a process left behind",
        daemon("""
import signal
for number in (signal.SIGTERM, signal.SIGHUP): signal.signal(number, signal.SIG_IGN)
os.write(tell, b"!")
while True:
    for number in range(2, 400):
        if number != os.getpid():
            try: os.kill(number, signal.SIGWINCH)
            except OSError: pass
    time.sleep(0.01)
"""),
        """
import signal, time
hits = []
signal.signal(signal.SIGWINCH, lambda *_: hits.append(1))
end = time.monotonic() + 0.5
while not hits and time.monotonic() < end: time.sleep(0.01)
reached = bool(hits)
""",
    ),
    Attack(
        "a timer that goes off later",
        "import signal; signal.signal(signal.SIGALRM, lambda *_: None); signal.setitimer(signal.ITIMER_REAL, 3600)",
        "import signal; reached = signal.getitimer(signal.ITIMER_REAL)[0] > 0",
    ),
    Attack(
        "an abstract socket that answers",
        daemon("""
import socket
listening = socket.socket(socket.AF_UNIX)
listening.bind("\\0left")
listening.listen()
os.write(tell, b"!")
while True: listening.accept()
"""),
        """
import socket
try:
    socket.socket(socket.AF_UNIX).connect("\\0left")
    reached = True
except OSError: reached = False
""",
    ),
    Attack(
        "a number of a process that can be foretold",
        daemon("""
me = os.getpid()
os.write(tell, b"!")
while True:
    for number in range(2, 400):
        if number != me:
            try:
                with open(f"/proc/{number}/coredump_filter", "w") as file: file.write("0x7f")
            except OSError: pass
    time.sleep(0.01)
"""),
        """
import time
end = time.monotonic() + 0.5
reached = False
while not reached and time.monotonic() < end:
    reached = open("/proc/self/coredump_filter").read().strip() == "0000007f"
""",
    ),
    Attack(
        "descriptors",
        """
import builtins
held = open("/tmp/held", "w+")
held.write("secret"); held.flush()
builtins.held = os.dup(held.fileno())
""",
        """
others = [int(name) for name in os.listdir("/proc/self/fd") if int(name) > 2]
def whose(number):
    try: return os.readlink(f"/proc/self/fd/{number}")
    except OSError: return ""
reached = any(not whose(number).startswith("/proc/") and whose(number) for number in others)
""",
    ),
    Attack(
        "all descriptors taken",
        """
import builtins
builtins.hoard = []
try:
    while True: builtins.hoard.append(os.open("/dev/null", os.O_RDONLY))
except OSError: pass
builtins.hoard.pop() and os.close(builtins.hoard.pop())
""",
        """
opened = []
try:
    while len(opened) < 100: opened.append(os.open("/dev/null", os.O_RDONLY))
except OSError: pass
reached = len(opened) < 100
for one in opened: os.close(one)
""",
    ),
    Attack(
        "memory taken",
        "import builtins; builtins.hoard = bytearray(os.urandom(1)) * (30 * 2**20)",
        """
import builtins
reached = hasattr(builtins, "hoard")
""",
    ),
    Attack(
        "processes taken",
        """
import time
for _ in range(12):
    if os.fork() == 0:
        os.setsid()
        time.sleep(3600)
""",
        """
import time
started = 0
try:
    for _ in range(14):
        if os.fork() == 0: os._exit(0)
        started += 1
except OSError: pass
others = [name for name in os.listdir("/proc") if name.isdigit() and int(name) not in (1, os.getpid())]
reached = len(others) - started > 0
""",
    ),
    Attack(
        "what its parent's memory holds",
        """
import builtins, secrets
builtins.planted = [f"planted:{secrets.token_hex(16)}" for _ in range(100)]
""",
        """
import re
reached = False
for number in [name for name in os.listdir("/proc") if name.isdigit()]:
    try:
        with open(f"/proc/{number}/maps") as maps, open(f"/proc/{number}/mem", "rb", 0) as memory:
            for line in maps:
                start, end = (int(part, 16) for part in line.split()[0].split("-"))
                if "rw" in line and end - start < 2**26:
                    memory.seek(start)
                    reached = reached or re.search(rb"planted:[0-9a-f]{32}", memory.read(end - start)) is not None
    except (OSError, ValueError, OverflowError): pass
""",
    ),
    Attack(
        "the memory of the process that forks",
        "pass",
        """
reached = False
for number in ["1", str(os.getppid())]:
    try:
        os.close(os.open(f"/proc/{number}/mem", os.O_RDWR))
        reached = True
    except OSError: pass
""",
        why_not="its process 1 is ours too, and not dumpable",
    ),
    Attack(
        "the generators' state",
        "import random; random.seed(4711)",
        "import random; state = random.getstate(); random.seed(4711); reached = random.getstate() == state",
    ),
    Attack(
        "a module that was changed",
        "import json, statistics; statistics.mean = lambda xs: 42; json.owned = True",
        "import json, statistics; reached = statistics.mean([1, 2]) == 42 or hasattr(json, 'owned')",
    ),
    Attack(
        "a builtin that was changed",
        "import builtins; builtins.sorted = lambda *_args, **_more: ['mine']",
        "reached = sorted([2, 1]) == ['mine']",
    ),
    Attack(
        "a way of importing",
        """
import sys
class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        sys.modules["asked_for"] = name
sys.meta_path.insert(0, Finder)
""",
        "import sys; reached = any(getattr(one, '__name__', '') == 'Finder' for one in sys.meta_path)",
    ),
    Attack(
        "the environment",
        "os.environ['PYTHONPATH'] = '/tmp'; os.environ['LEFT'] = 'secret'",
        "reached = 'LEFT' in os.environ",
    ),
    Attack(
        "limits that were lowered",
        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))",
        "import resource; reached = resource.getrlimit(resource.RLIMIT_NOFILE)[1] < 256",
    ),
    Attack("its folder and its mask", "os.chdir('/tmp'); os.umask(0o777)", "reached = os.umask(0o22) == 0o777"),
    Attack(
        "a sysctl",
        """
import glob
for path in glob.glob("/proc/sys/kernel/*") + glob.glob("/proc/sys/net/*/*") + glob.glob("/proc/sys/user/*"):
    try: open(path, "w").write("1")
    except OSError: continue
    open("/tmp/written", "w")
""",
        'reached = os.path.exists("/tmp/written")',
        why_not="/proc/sys is read-only in every container",
    ),
    Attack(
        "a keyring",
        """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
left = libc.syscall({"x86_64": 248, "aarch64": 217}[os.uname().machine], b"user", b"left", b"secret", 6, -4)
""",
        """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
reached = libc.syscall({"x86_64": 249, "aarch64": 218}[os.uname().machine], b"user", b"left", None, -4) >= 0
""",
        why_not="the calls are refused in every box",
    ),
    Attack(
        "name spaces of the next one",
        """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
entered = []
for number in [name for name in os.listdir("/proc") if name.isdigit()]:
    for space in ("user", "mnt", "pid", "net", "ipc"):
        try: held = os.open(f"/proc/{number}/ns/{space}", os.O_RDONLY)
        except OSError: continue
        if libc.setns(held, 0) == 0: entered.append(space)
if libc.unshare(0x10000000) == 0: entered.append("new")
if libc.mount(b"tmpfs", b"/tmp", b"tmpfs", 0, None) == 0: entered.append("mount")
if libc.umount2(b"/proc", 2) == 0: entered.append("umount")
if entered: open("/tmp/entered", "w")
""",
        'reached = os.path.exists("/tmp/entered")',
        why_not="the calls are refused in every box",
    ),
    Attack(
        "the socket of the cell",
        """
import socket
found = []
for path in ("/run/grader/cell", "/proc/1/root/run/grader/cell"):
    try:
        socket.socket(socket.AF_UNIX).connect(path)
        found.append(path)
    except OSError: pass
for number in range(3, 256):
    try:
        if os.readlink(f"/proc/self/fd/{number}").startswith("socket:"): found.append(number)
    except OSError: pass
if found: open("/tmp/found", "w")
""",
        'reached = os.path.exists("/tmp/found")',
        why_not="there is no such socket in a container of one's own",
    ),
]
PROVED = [attack for attack in ATTACKS if not attack.why_not]


def named_after(attacks: list[Attack]) -> list:
    return [pytest.param(attack, id=attack.name) for attack in attacks]


@pytest.fixture(scope="module")
def cells():
    pool = named("cells")
    yield pool
    pool.close()
    assert pool.leftovers() == []


@pytest.fixture(scope="module")
def docker():
    sandbox = named("docker")
    yield sandbox
    assert sandbox.leftovers() == []


def opened(sandbox: Sandbox, program: str, **more: object) -> Box:
    return sandbox.open(
        BoxSpec(family="python-core", program=program, limits=LIMITS, deadline_seconds=60, role="learner", **more)
    )


def heard(box: Box, count: int) -> list[object]:
    payloads: list[bytes] = []
    while not box.closed and len(payloads) < count and select.select([box.fileno()], [], [], PATIENCE)[0]:
        payloads += box.receive()
    assert len(payloads) == count, bytes(box.printed)
    return [json.loads(payload) for payload in payloads]


def leaves(attack: Attack) -> str:
    return f"{SAY}\n{attack.leave}\nsay('left')\n"


def reaches(attack: Attack) -> str:
    return f"{SAY}\n{attack.reach}\nsay(bool(reached))\n"


WAIT = "os.read(0, 1)\n"


@pytest.mark.parametrize("attack", named_after(ATTACKS))
def test_nothing_reaches_the_next_one_in_a_cell(cells, attack):
    """The next box in the same cell finds nothing of it; or the cell was thrown away."""
    first = opened(cells, leaves(attack) + WAIT)
    assert heard(first, 1) == ["left"]
    first.end(done=True)
    second = opened(cells, reaches(attack) + WAIT)
    reached = heard(second, 1)
    second.end(done=True)
    assert reached == [False]


@pytest.mark.parametrize("attack", named_after(PROVED))
def test_it_would_reach_the_next_one_in_one_process(docker, attack):
    """The positive control: without rooms of their own, the second finds what the first left."""
    both = f"exec({leaves(attack)!r}, {{}})\nexec({reaches(attack)!r}, {{}})\nimport os\n{WAIT}"
    box = opened(docker, both)
    said = heard(box, 2)
    box.end()
    assert said == ["left", True]
