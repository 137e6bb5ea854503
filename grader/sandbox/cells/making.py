"""Makes a cell: the container, its prepared process, and a look at it when nobody is in it.

Theory of operation. The container is denied what every container of ours is (`grader.sandbox.container`) but for two
things that its prepared process needs to make rooms for boxes: the system calls that make name spaces and mounts (which
a box is refused again, by a list of its own), and a /proc of which nothing is covered (each box has one of its own,
with everything covered). It has no writable place at all. What may be seen of it then is what it has to look like after
each box.
"""

from __future__ import annotations

import base64
import json
import os
from dataclasses import replace
from typing import Any

from grader.errors import EngineError
from grader.sandbox.cells.cell import BOX_SECONDS, Cell
from grader.sandbox.cells.control import PLACE, CellBroke, Control, Door
from grader.sandbox.cells.state import look
from grader.sandbox.container import INODES, MASKED, MEGABYTE, READ_ONLY, USER, writable
from grader.sandbox.docker import Configuration, DockerSandbox
from grader.sandbox.docker_box import DockerBox
from grader.sandbox.interface import BoxSpec

ZYGOTE = "from grader_runner.zygote import main; main()"
"""What a cell's container runs, as the child of process 1."""
LIFE_SECONDS = 6 * 3600
READY_SECONDS = 400.0
"""What making ready may take on a very busy machine."""
OWN_PROCESSES = 2
"""Process 1 of the container and the prepared process."""
FILTERS = {"learner": "cell", "web": "cell-web"}
"""What a cell's container may do, by what its boxes may: theirs is set on top of it, so it allows no less."""
_NOTHING = "ro,nosuid,nodev,noexec,size=4k,nr_inodes=2,mode=0555"
_COVERED = ("/sys", "/dev/mqueue", *(path for path in MASKED if path.startswith("/proc/")))


def start(sandbox: DockerSandbox, spec: BoxSpec) -> Cell:
    """Start a cell for boxes like `spec`, and make it ready.

    Raises:
        CellBroke: the kernel or the engine does not allow it, or it cannot be seen from here.
        EngineError: the engine does not answer.
    """
    door = Door()
    try:
        container = sandbox.start(
            replace(spec, prepare="", bundle=b"", filter=FILTERS[spec.filter], deadline_seconds=LIFE_SECONDS),
            lambda asked: _change(asked, spec, str(door.folder)),
        )
        try:
            return _made_ready(sandbox, container, door, spec)
        except (OSError, EngineError) as error:
            container.end()
            raise CellBroke(f"a cell cannot be had here: {error}") from error
    finally:
        door.close()


def _made_ready(sandbox: DockerSandbox, container: DockerBox, door: Door, spec: BoxSpec) -> Cell:
    container.run(ZYGOTE)
    control = door.opened(BOX_SECONDS)
    door.close()
    try:
        _make_ready(sandbox, control, spec)
        return _looked_at(sandbox, container, control, spec)
    except BaseException:
        control.close()
        raise


def _looked_at(sandbox: DockerSandbox, container: DockerBox, control: Control, spec: BoxSpec) -> Cell:
    zygote = control.peer
    before = look(container.group, zygote)
    if set(before.processes) != {container.pid, zygote}:
        raise CellBroke(f"it holds other processes than its own: {before.processes}")
    sandbox.give_memory(container.identity, before.held_kb * 1024 + spec.limits.memory_mb * MEGABYTE)
    return Cell(container, control, zygote, before)


def _make_ready(sandbox: DockerSandbox, control: Control, spec: BoxSpec) -> None:
    user = int(USER.partition(":")[0])
    order = {
        "source": spec.prepare,
        "filter": base64.b64encode(sandbox.profile(f"{spec.filter}.{os.uname().machine}.bpf")).decode(),
        "loopback": spec.filter == "web",
        "user": user,
        "writable": _places(spec, user),
        "read_only": READ_ONLY,
        "covered": _COVERED,
    }
    control.ask(b"R", json.dumps(order).encode(), after=spec.bundle, seconds=READY_SECONDS)


def _places(spec: BoxSpec, user: int) -> dict[str, str]:
    sizes = {place: f"size={size}m,nr_inodes={INODES[place]}" for place, size in writable(spec).items()}
    return {
        "/work": f"exec,{sizes['/work']},mode=0700,uid={user},gid={user}",
        "/tmp": f"{sizes['/tmp']},mode=1777",
        "/dev/shm": f"{sizes['/dev/shm']},mode=1777",
    }


def _change(asked: Configuration, spec: BoxSpec, door: str) -> None:
    host: dict[str, Any] = asked["HostConfig"]
    room = 1024 * MEGABYTE  # for what is made ready; what a box may have is set when that is known
    host |= {
        "Binds": [f"{door}:{PLACE}:ro"],
        "MaskedPaths": [],
        "ReadonlyPaths": [],
        "Tmpfs": {"/work": _NOTHING, "/tmp": _NOTHING, "/dev/shm": _NOTHING},
        "Memory": spec.limits.memory_mb * MEGABYTE + room,
        "MemorySwap": spec.limits.memory_mb * MEGABYTE + room,
        "PidsLimit": spec.limits.processes + OWN_PROCESSES,
        "OomScoreAdj": 500,  # a box has 1000, so that it goes first
    }
