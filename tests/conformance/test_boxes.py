"""What every back end has to keep, asked of real boxes through the interface alone."""

from __future__ import annotations

import json
import select
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader.model import Limits
from grader.sandbox.interface import Box, BoxSpec, Exit
from grader.sandbox.probe import try_all
from grader.sandbox.promises import ACCOUNTED, Promise
from grader.wire import FrameTooLong

pytestmark = [pytest.mark.conformance]

SEND = """
import json, os, struct, sys
def send(value):
    text = json.dumps(value).encode()
    os.write(1, struct.pack(">I", len(text)) + text)
"""
FOLDERS = ["/", "/etc", "/opt", "/usr", "/var/tmp", "/dev", "/work", "/tmp"]
LOOK = (
    f"{SEND}FOLDERS = {FOLDERS!r}"
    """
status = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
def writable(folder):
    try:
        open(folder + "/probe", "w").close()
        return True
    except OSError:
        return False
send({
    "uid": os.getuid(), "gid": os.getgid(), "groups": os.getgroups(), "pid": os.getpid(), "parent": os.getppid(),
    "capabilities": [status[name].strip().strip("0") for name in ("CapInh", "CapPrm", "CapEff") if name in status],
    "writable": [folder for folder in FOLDERS if writable(folder)],
    "environment": dict(os.environ),
    "home": os.getcwd(),
    "hostname": os.uname().nodename,
    "processes": sorted(int(name) for name in os.listdir("/proc") if name.isdigit()),
})
"""
)
ECHO = """
import os
while True:
    part = os.read(0, 65536)
    while part:
        part = part[os.write(1, part):]
"""
IGNORE_ALL = """
import os, signal
for number in range(1, signal.NSIG):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
"""
DAEMON = f"""{SEND}{IGNORE_ALL}
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for descriptor in range(3): os.close(descriptor)
        while True: pass
    os._exit(0)
send("spinning")
while True: pass
"""
PATIENCE = 60


def opened(sandbox, program: str, *, deadline: int = 60, **limits: int) -> Box:
    chosen = Limits(**{"memory_mb": 64, "processes": 16, "disk_mb": 8, **limits})
    return sandbox.open(
        BoxSpec(family="python-core", program=program, limits=chosen, deadline_seconds=deadline, role="learner")
    )


def heard(box: Box, count: int | None = None) -> list[bytes]:
    """Return so many payloads, or all until the stream ends; fewer if nothing comes for a minute."""
    payloads: list[bytes] = []
    while not box.closed and len(payloads) != count and select.select([box.fileno()], [], [], PATIENCE)[0]:
        payloads += box.receive()
    return payloads


def alive(processes: list[int]) -> list[int]:
    """Return those that still run; a zombie does not."""
    running = []
    for number in processes:
        try:
            state = Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        except OSError:
            continue
        running += [number] if state not in "ZX" else []
    return running


def test_a_box_has_no_privilege_a_read_only_root_and_nothing_of_ours(sandbox):
    """Seen from inside, where the learner stands."""
    box = opened(sandbox, LOOK)
    (payload,) = heard(box, 1)
    box.end()
    seen = json.loads(payload)
    assert (seen["uid"], seen["gid"]) == (65532, 65532)
    assert set(seen["groups"]) <= {65532, 65534}
    assert not any(seen["capabilities"])
    assert seen["writable"] == FOLDERS[-2:]
    assert seen["home"] == "/work"
    assert seen["hostname"] == "sandbox"
    assert seen["processes"] == [1, seen["pid"]]
    assert seen["parent"] == 1
    assert not [name for name in seen["environment"] if "GRADER" in name or "SECRET" in name or "PROXY" in name.upper()]
    assert seen["environment"]["PYTHONHASHSEED"] == "0"


def test_every_promise_is_kept_or_said_to_be_lacking(sandbox):
    """Required ones are kept; accounted ones are kept or named by the back end itself."""
    tried = try_all(sandbox)
    lacking = {promise: kept.seen for promise, kept in tried.items() if not kept.kept}
    assert set(lacking) <= ACCOUNTED, lacking
    assert set(lacking) == set(sandbox.lacks), lacking


def test_docker_with_runc_lacks_nothing(sandbox, back_end):
    """What it grades can be certified."""
    assert back_end != "docker" or sandbox.lacks == {}


@pytest.mark.parametrize("size", [0, 1, 65535, 5 * 2**20])
def test_payloads_cross_whole(sandbox, size):
    """Through process 1 and back, whatever their size."""
    box = opened(sandbox, ECHO)
    sent = bytes(range(256)) * (size // 256 + 1)
    box.send(sent[:size])
    received: list[bytes] = []
    while not received and not box.closed:
        readable, _, _ = select.select([box.fileno()], [], [], 0.01)
        received += box.receive() if readable else []
        box.flush()
    box.end()
    assert received == [sent[:size]]


def test_a_box_that_never_reads_blocks_nobody(sandbox):
    """What cannot be sent waits; ending is as quick as ever."""
    box = opened(sandbox, f"{SEND}send('here')\nimport time\ntime.sleep(3600)")
    heard(box, 1)
    box.send(bytes(16 * 2**20))
    assert box.sending
    assert box.end().code is None


def test_a_box_ends_by_itself_at_its_deadline(sandbox):
    """Nobody outside does anything, and what runs inside ignores every signal and every stream."""
    box = opened(sandbox, DAEMON, deadline=2)
    processes = box.processes()
    assert heard(box) == [b'"spinning"']
    assert box.closed
    box.end()
    assert alive(processes) == []


def test_ending_a_box_leaves_nothing(sandbox):
    """Daemons, files and whatever the back end keeps of it go with it."""
    box = opened(sandbox, DAEMON)
    heard(box, 1)
    processes = box.processes()
    box.end()
    assert alive(processes) == []
    assert sandbox.leftovers() == []


OPENER = """
import sys
from grader.model import Limits
from grader.sandbox.choice import named
from grader.sandbox.interface import BoxSpec
name, program = sys.argv[1:]
sandbox = named(name)
limits = Limits(memory_mb=64)
box = sandbox.open(
    BoxSpec(family="python-core", program=program, limits=limits, deadline_seconds=3600, role="learner")
)
import select
payloads = []
while not payloads:
    select.select([box.fileno()], [], [], 60)
    payloads += box.receive()
print(*box.processes(), flush=True)
sys.stdin.read()
"""
REOPENS = f"""{SEND}{IGNORE_ALL}
held = []
for number in (0, 1, 2):
    for mode in (os.O_RDWR, os.O_WRONLY, os.O_RDONLY):
        try: held.append(os.open(f"/proc/self/fd/{{number}}", mode))
        except OSError: pass
send("held")
while True: pass
"""


@pytest.mark.parametrize("program", [DAEMON, REOPENS], ids=["ignores all and spins", "holds its streams open"])
def test_nothing_goes_on_when_the_engine_is_killed(sandbox, back_end, program, tmp_path):
    """The engine is ended by kill -9, and no reaper: process 1 sees it go; a deadline is not needed."""
    command = [sys.executable, "-c", OPENER, back_end, program]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as engine:
        processes = [int(number) for number in engine.stdout.readline().split()]
        assert alive(processes) or back_end == "runsc"
        engine.send_signal(signal.SIGKILL)
        engine.wait()
    gone = until_gone(processes)
    sandbox.reap()
    assert gone


def until_gone(processes: list[int]) -> bool:
    """Wait on each process, at most 10 seconds in all."""
    waiting = [Path(f"/proc/{number}") for number in processes]
    for _ in range(1000):
        if not alive([int(path.name) for path in waiting]):
            return True
        select.select([], [], [], 0.01)
    return False


def test_process_1_takes_nothing_from_inside(sandbox):
    """No signal, trace or look at its memory gets through; the box goes on, and ends at its deadline as ever."""
    program = f"""{SEND}
import ctypes, signal
libc = ctypes.CDLL(None, use_errno=True)
def ptrace():
    if libc.ptrace(16, 1, 0, 0) != 0: raise OSError("refused")
attempts = [lambda: open("/proc/1/mem", "r+b"), ptrace]
for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGINT, signal.SIGTERM):
    attempts.append(lambda number=number: os.kill(1, number))
    attempts.append(lambda number=number: os.kill(-1, number))
through = []
for number, attempt in enumerate(attempts):
    try:
        attempt()
        through.append(number)
    except OSError:
        pass
send(through)
while True: pass
"""
    box = opened(sandbox, program, deadline=3)
    assert heard(box) == [b"[]"]
    assert box.closed
    box.end()


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("pass", 0),
        ("raise SystemExit(3)", 1),
        ("import os; os._exit(3)", 3),
        ("import os; os._exit(137)", 137),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", 137),
        ("import os; os.abort()", 134),
    ],
)
def test_how_a_box_ended_by_itself(sandbox, program, code):
    """Its code, or 128 and its signal; never taken for memory or time."""
    box = opened(sandbox, program)
    heard(box)
    assert box.end() == Exit(code=code, oom=False)


def test_a_frame_over_the_cap_is_refused_before_it_is_kept(sandbox):
    """A length of four gigabytes is announced; nothing of it is read."""
    box = opened(sandbox, f"import os; os.write(1, {struct.pack('>I', 2**32 - 1)!r}); os.read(0, 1)")
    with pytest.raises(FrameTooLong):
        heard(box, 1)
    box.end()


def test_what_is_printed_is_counted_and_its_end_is_kept(sandbox):
    """All of it is counted, the last part is kept."""
    # no os.write, which may write a part only: gVisor's pipes do
    box = opened(sandbox, "import sys\nprint('x' * 500_000 + 'the end', end='', file=sys.stderr, flush=True)")
    assert heard(box) == []
    box.end()
    assert box.printed_bytes == 500_007
    assert bytes(box.printed).endswith(b"xxthe end")
    assert len(box.printed) <= 4000


def test_memory_is_bounded_and_its_end_is_told(sandbox):
    """By the kernel's word where it can be had; by a refusal where it cannot."""
    box = opened(sandbox, f"{SEND}held = [bytearray(os.urandom(1)) * 2**20 for _ in range(512)]\nsend('got it')")
    got = heard(box, 1)
    end = box.end()
    assert (got == [] and end.oom) or Promise.MEMORY in sandbox.lacks


def test_a_child_s_memory_is_told_too(sandbox):
    """The child is ended and its parent lives, or the whole box goes; the measurement says so."""
    program = f"""{SEND}
if os.fork() == 0:
    held = [bytearray(os.urandom(1)) * 2**20 for _ in range(512)]
    send("got it")
os.wait()
send("alive")
os.read(0, 1)
"""
    box = opened(sandbox, program)
    heard(box, 1)
    told = box.measure().oom_kills > 0
    assert (box.end().oom or told) == (Promise.MEMORY not in sandbox.lacks)


def test_processor_time_is_counted_from_outside(sandbox):
    """All of it, also a child's: about as much as the same work takes here.

    The work is counted and not timed, because a kernel in between (gVisor's) has a clock of its own for it, which runs
    on while the host gives the processor to others. A third is asked for: how fast a processor is, differs too.
    """
    work = "for _ in range(10_000_000): pass"
    program = f"""{SEND}
if os.fork() == 0:
    {work}
    os._exit(0)
os.wait()
send("done")
os.read(0, 1)
"""
    box = opened(sandbox, program)
    heard(box, 1)
    used = box.measure().cpu_seconds
    box.end()
    before = time.process_time()
    exec(f"def do():\n    {work}\ndo()", {})  # noqa: S102 - written above
    assert used >= (time.process_time() - before) / 3


FILL = """
try:
    with open("/work/large", "wb", buffering=0) as file:
        while True: file.write(bytes(2**20))
except OSError: pass
"""
CREATE = """
try:
    for number in range(10000): open(f"/work/{number}", "w").close()
except OSError: pass
"""
THREADS = """
import threading, time
try:
    for _ in range(1000): threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()
except RuntimeError: pass
"""


@pytest.mark.parametrize(
    ("program", "promise", "seen"),
    [
        pytest.param(FILL, None, lambda measured: measured.full == "disk", id="disk"),
        pytest.param(CREATE, Promise.INODES, lambda measured: measured.full == "inodes", id="inodes"),
        pytest.param(THREADS, Promise.PROCESSES, lambda measured: measured.refused_forks > 0, id="processes"),
    ],
)
def test_what_was_refused_is_seen_from_outside(sandbox, program, promise, seen):
    """The kernel's own word, but for what the back end lacks and for what only a kernel of the box's own knows."""
    box = opened(sandbox, f"{SEND}{program}\nsend('tried')\nos.read(0, 1)")
    assert heard(box, 1) == [b'"tried"'] or sandbox.own_kernel  # gVisor ends itself when it can have no more threads
    measured = box.measure()
    box.end()
    assert seen(measured) == (promise not in sandbox.lacks and not sandbox.own_kernel), measured
