"""What a job out of Redis may be: the one function, with one attempt's id. Anything else is refused, and never run.

Theory of operation. Whoever can write to Redis can write a job of their own making: one that names another function,
has callbacks that RQ would import, webhooks that it would call, or arguments that it would hand over. So a job is read
by an allow-list before RQ makes anything of it: only the fields that our own jobs have, the one function, no object, no
names, one argument that can be an attempt's id. Nothing is imported by a name that stands in Redis: what a job does is
what its worker was given to do. What is left for a forger is to name an attempt, and the store decides whether there is
anything to do for it.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping
from typing import Any

from rq.job import Job

CARRY_OUT = "grader.jobs.carry_out"
"""The one function that a job may name. It stands for what the worker does, and is never looked up."""
_FIELDS = frozenset(
    "created_at data description ended_at enqueued_at enqueue_at_front failure_ttl group_id last_heartbeat meta origin "
    "result_ttl started_at status timeout worker_name number_of_executions allow_dependency_failures".split()
)
"""Of a job's hash (RQ 3), those that ours have, empty ones left out."""
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class Errand(Job):
    """A job that has been looked at.

    Attributes:
        refused: why it must not be run, or empty.
    """

    refused = ""

    def restore(self, raw_data: Mapping[bytes, bytes]) -> Any:
        """Take over what Redis holds, if it is ours; else nothing of it."""
        self.refused = objection(raw_data)
        if not self.refused:
            return super().restore(raw_data)
        self._data, self.timeout, self.origin = b"[null, null, [], {}]", 1, ""
        return None


def objection(raw: Mapping[bytes, bytes]) -> str:
    """Return what is wrong with a job's hash, or nothing."""
    extra = {name.decode(errors="replace") for name, value in raw.items() if value} - _FIELDS
    if extra:
        return f"it has {', '.join(sorted(extra))}"
    try:
        called = json.loads(zlib.decompress(raw[b"data"]))
    except (KeyError, ValueError, zlib.error):
        return "its data is not what this program writes"
    if not isinstance(called, list) or len(called) != 4:  # noqa: PLR2004 - function, object, arguments, names
        return "its data is not a call"
    function, thing, arguments, names = called
    if function != CARRY_OUT or thing is not None or names:
        return f"it calls {function!r}"
    if not isinstance(arguments, list) or len(arguments) != 1 or not _is_id(arguments[0]):
        return "its argument is no attempt's id"
    return ""


def _is_id(value: object) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None
