"""What the engine has tried from inside a box of its own, to see that the box holds. No learner's code is near.

Each attempt is harmless where it succeeds. `look` tells what got through, by promise; the others end badly, or never.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import signal
import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

CHUNK = 16 * 2**20
CLONE_NEWUSER = 0x10000000
PTRACE_ATTACH = 16
_FORBIDDEN = {  # x86_64 and aarch64 numbers, arguments
    "ptrace": ((101, 117), (PTRACE_ATTACH, 1, 0, 0)),
    "unshare": ((272, 97), (CLONE_NEWUSER,)),
    "io_uring_setup": ((425, 425), (1, 0)),
    "userfaultfd": ((323, 282), (0,)),
    "bpf": ((321, 280), (0, 0, 0)),
    "perf_event_open": ((298, 241), (0, 0, -1, -1, 0)),
    "keyctl": ((250, 219), (0, -3, 0)),
    "process_vm_readv": ((310, 270), (1, 0, 0, 0, 0, 0)),
    "setns": ((308, 268), (-1, 0)),
    "mount": ((165, 40), (0, 0, 0, 0, 0)),
}
"""System calls that our lists refuse."""


def look(files: int, megabytes: int, threads: int) -> None:
    """Tell what got through, by the name of a promise.

    Args:
        files: how many are more than a box may have.
        megabytes: how many are more than it may write.
        threads: how many are more than it may start.
    """
    found = {
        "NO_NETWORK": _network(),
        "NO_ESCAPE": _escapes(),
        "NO_PRIVILEGE": _privileges(),
        "SYSTEM_CALLS": _system_calls(),
        "INODES": _files(files, megabytes),
        "PROCESSES": _threads(threads),
    }
    _send(json.dumps(found).encode())
    _wait()


def fill_memory(megabytes: int) -> None:
    """Take so much memory; say so if it is given."""
    held = [bytearray(os.urandom(4096)) * (CHUNK // 4096) for _ in range(0, megabytes * 2**20, CHUNK)]
    _send(b"given" if held else b"")
    _wait()


def outlive() -> None:
    """Leave a daemon behind that ignores every signal and every stream, and spins; and do the same."""
    for number in range(1, signal.NSIG):
        with suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_IGN)
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for descriptor in range(3):
                os.close(descriptor)
            _spin()
        os._exit(0)
    _send(b"spinning")
    _spin()


def spin() -> None:
    """Use a processor."""
    _spin()


def print_for_ever() -> None:
    """Fill the error stream."""
    while True:
        os.write(2, b"x" * 65536)


def announce() -> None:
    """Announce a reply of four gigabytes."""
    os.write(1, struct.pack(">I", 2**32 - 1))
    _wait()


def _spin() -> None:
    while True:
        pass


def _wait() -> None:
    while True:
        time.sleep(3600)


def _send(payload: bytes) -> None:
    os.write(1, struct.pack(">I", len(payload)) + payload)


def _through(attempts: dict[str, Callable[[], object]]) -> list[str]:
    """Return the names of attempts that raised nothing."""
    through = []
    for name, attempt in attempts.items():
        with suppress(OSError):
            attempt()
            through.append(name)
    return through


def _network() -> list[str]:
    def connect(kind: int) -> None:
        with socket.socket(socket.AF_INET, kind) as one:
            one.settimeout(0.5)
            one.connect(("192.0.2.1", 9))
            one.send(b"?")

    return _through({"TCP": lambda: connect(socket.SOCK_STREAM), "UDP": lambda: connect(socket.SOCK_DGRAM)})


def _escapes() -> list[str]:
    places = ("/", "/etc", "/usr", "/opt", "/opt/grader", "/opt/venv", "/var/tmp", "/root", "/proc/sys/kernel")
    attempts: dict[str, Callable[[], object]] = {f"writing to {place}": partial(_create, place) for place in places}
    attempts["core_pattern"] = lambda: os.close(os.open("/proc/sys/kernel/core_pattern", os.O_WRONLY))
    attempts["memory of process 1"] = lambda: os.close(os.open("/proc/1/mem", os.O_RDONLY))
    attempts["a signal to process 1"] = lambda: os.kill(1, signal.SIGSTOP)
    attempts["chroot"] = lambda: os.chroot("/tmp")
    attempts["a device"] = lambda: os.close(_device())
    attempts["the Docker socket"] = lambda: os.stat("/var/run/docker.sock")
    return _through(attempts)


def _device() -> int:
    """Open a disk by a node of our own making: to make one is nothing where it cannot be opened."""
    os.mknod("/tmp/device", 0o60600, os.makedev(8, 0))
    return os.open("/tmp/device", os.O_RDONLY)


def _create(folder: str, name: str = "probe") -> None:
    os.close(os.open(f"{folder}/{name}", os.O_WRONLY | os.O_CREAT))


def _privileges() -> list[str]:
    with open("/proc/self/status", encoding="ascii") as file:
        status = dict(line.split(":", 1) for line in file if ":" in line)
    found = [name for name in ("CapPrm", "CapEff", "CapInh", "CapAmb") if status.get(name, "0").strip().strip("0")]
    if status.get("NoNewPrivs", "1").strip() != "1":
        found.append("new privileges")
    if 0 in os.getresuid() + os.getresgid():
        found.append("user 0")
    return found + _through({"setuid": lambda: os.setuid(0), "setgid": lambda: os.setgid(0)})


def _system_calls() -> list[str]:
    libc = ctypes.CDLL(None, use_errno=True)
    machines = ("x86_64", "aarch64")
    if os.uname().machine not in machines:
        return []
    machine = machines.index(os.uname().machine)
    through = []
    for name, (numbers, arguments) in _FORBIDDEN.items():
        ctypes.set_errno(0)
        result = libc.syscall(ctypes.c_long(numbers[machine]), *map(ctypes.c_long, arguments))
        if result >= 0 or ctypes.get_errno() not in (errno.EPERM, errno.ENOSYS):
            through.append(name)
    return through


def _files(files: int, megabytes: int) -> list[str]:
    def write(place: str) -> None:
        with open(f"{place}/large", "wb", buffering=0) as file:
            file.writelines(bytes(2**20) for _ in range(megabytes))

    def create() -> None:
        for number in range(files):
            _create("/work", str(number))

    through = []
    for place in ("/work", "/tmp", "/dev/shm"):
        through += _through({f"{megabytes} MB in {place}": partial(write, place)})
        with suppress(OSError):
            os.unlink(f"{place}/large")
    return through + _through({f"{files} files": create})


def _threads(threads: int) -> list[str]:
    started = []
    done = threading.Event()
    try:
        for _ in range(threads):
            one = threading.Thread(target=done.wait)
            one.start()
            started.append(one)
    except RuntimeError:
        return []
    finally:
        done.set()
        for one in started:
            one.join()
    return [f"{threads} threads"]
