"""How a container is taken away: killed, looked at, removed; and which containers nobody else will take away.

Apart from how one is opened, because it is done for others as well: for an engine that died, for a box past its
deadline, and for one that had to be left when the Docker engine did not answer.
"""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Collection, Iterator
from typing import Any

import docker

from grader.sandbox.container import DEADLINE, OWNER
from grader.sandbox.interface import Exit
from grader.sandbox.owner import Owner, parse

CONFLICT = 409
KILLED = 128 + signal.SIGKILL
LATE_SECONDS = 0.5
"""A word on memory comes no later than this after the end."""
REMOVAL_SECONDS = 60
"""How long it may take somebody else to remove a container."""
GRACE_SECONDS = 5
"""A box past its deadline is about to end by itself; after this long it has not."""


def take_away(api: Any, identity: str) -> Exit:
    """Kill and remove a container, and return how it ended; one that is gone already ended in no known way.

    Raises:
        docker.errors.DockerException: the engine does not do it, or does not answer.
    """
    state: dict[str, Any] = {}
    running = False
    with contextlib.suppress(docker.errors.NotFound):
        running = bool(api.inspect_container(identity)["State"]["Running"])
        with contextlib.suppress(docker.errors.APIError):
            api.kill(identity, "KILL")
        state = api.inspect_container(identity)["State"]
        if not running and state["ExitCode"] == KILLED:
            state = _late_word(api, identity, state)
        _remove(api, identity)
    return Exit(code=None if running else state.get("ExitCode"), oom=bool(state.get("OOMKilled")))


def _late_word(api: Any, identity: str, state: dict[str, Any]) -> dict[str, Any]:
    """Return the state of a container that was killed, once the engine may have heard why.

    It hears of want of memory on another way than of the end, and sometimes a moment later (seen with gVisor).
    """
    late = time.monotonic() + LATE_SECONDS
    while not state["OOMKilled"] and time.monotonic() < late:
        time.sleep(LATE_SECONDS / 20)
        state = api.inspect_container(identity)["State"]
    return state


def _remove(api: Any, identity: str) -> None:
    try:
        api.remove_container(identity, force=True, v=True)
    except docker.errors.APIError as error:
        if error.status_code != CONFLICT:
            raise
        api.wait(identity, timeout=REMOVAL_SECONDS, condition="removed")  # by who else is doing it just now


def of_owner(api: Any, owner: Owner) -> list[str]:
    """Return the ids of the containers of an owner."""
    return [found["Id"] for found in api.containers(all=True, filters={"label": f"{OWNER}={owner}"})]


def abandoned(api: Any, owner: Owner, in_use: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield id and name of boxes past their deadline, whose engine is dead, or that we had to leave.

    Args:
        api: of the Docker engine.
        owner: this process.
        in_use: ids of its boxes that are not left.
    """
    for found in api.containers(all=True, filters={"label": OWNER}):
        whose, deadline = parse(found["Labels"][OWNER]), found["Labels"].get(DEADLINE, "")
        late = not deadline.isdigit() or int(deadline) + GRACE_SECONDS < time.time()
        left = whose == owner and found["Id"] not in in_use
        if whose is None or whose.dead or late or left:
            yield found["Id"], found["Names"][0].lstrip("/")
