"""The prepared process of `forked_sandbox`: runs `prepare` once, then `program` in a fork for each box."""

from __future__ import annotations

import json
import os
import socket
import sys
import traceback
import types
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLACES = {
    "grader.proctor.inside.judge": ("HIDDEN", "hidden"),
    "grader.proctor.inside.data": ("HIDDEN", "hidden"),
    "grader_runner.subject": ("WORK", "submission"),
    "grader_runner.model": ("FOLDER", "artefact"),
    "grader_runner.build": ("PLACE", "built"),
}
"""Where a box writes; here it has no file system of its own, so each fork is told of another folder."""


def main():
    orders = socket.socket(fileno=int(sys.argv[1]))
    sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != ROOT]
    head = json.loads(take(orders, int.from_bytes(take(orders, 4), "big")))
    names = {"__name__": "__main__", "BUNDLE": take(orders, head["bundle"])}
    runner = types.ModuleType("grader_runner")
    runner.__path__ = [str(ROOT / "sandbox" / "runner")]
    sys.modules["grader_runner"] = runner
    if not head["prepare"]:
        head["prepare"] = "import grader_runner.main"
    exec(compile(head["prepare"], "<prepare>", "exec"), names)  # noqa: S102 - ours
    orders.sendall(b"ready")
    while True:
        text, descriptors, _, _ = socket.recv_fds(orders, 2**16, 2)
        if not text:
            os._exit(0)
        order = json.loads(text)
        if "bury" in order:
            _, status, usage = os.wait4(order["bury"], 0)
            spent = {"status": status, "cpu_seconds": usage.ru_utime + usage.ru_stime}
            orders.sendall(json.dumps(spent).encode())
            continue
        pid = os.fork()
        if pid == 0:
            orders.close()
            become(order, descriptors, names)
        os.setpgid(pid, pid)  # before anybody knows its number and kills its group
        for descriptor in descriptors:
            os.close(descriptor)
        orders.sendall(pid.to_bytes(4, "big"))


def take(stream, count):
    parts = bytearray()
    while len(parts) < count:
        parts += stream.recv(count - len(parts))
    return bytes(parts)


def become(order, descriptors, names):
    """Be the box, to the end."""
    try:
        talk, printed = descriptors
        for target in (0, 1):
            os.dup2(talk, target)
        os.dup2(printed, 2)
        os.close(talk)
        os.close(printed)
        for module, (name, folder) in PLACES.items():
            if module in sys.modules:
                setattr(sys.modules[module], name, Path(order["folder"]) / folder)
        subject = sys.modules.get("grader_runner.subject")
        if subject is not None:
            subject.place.__defaults__ = (subject.WORK,)
        exec(compile(order["program"], "<box>", "exec"), names)  # noqa: S102 - ours
    except BaseException:  # noqa: BLE001 - as in a box
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


main()
