"""What a job out of Redis may be: the one function, with one attempt's id. Anything else is refused, and never run.

Theory of operation. Whoever can write to Redis can write a job of their own making: one that names another function,
has callbacks that RQ would import, web hooks that it would call, or arguments that it would hand over. So RQ makes
nothing of what is there: a job is read here, by an allow-list, from the bytes that Redis holds. Only the fields that
our own jobs have, the one function, no object, no names, one argument that can be an attempt's id. Nothing is imported
by a name that stands in Redis: what a job does is what its worker was given to do. What is left for a forger is to name
an attempt, and the store decides whether there is anything to do for it.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping

CARRY_OUT = "grader.jobs.carry_out"
"""The one function that a job may name. It stands for what the worker does, and is never looked up."""

_FIELDS = frozenset(
    "created_at data description ended_at enqueued_at enqueue_at_front failure_ttl group_id last_heartbeat meta origin "
    "result_ttl started_at status timeout worker_name number_of_executions allow_dependency_failures".split()
)
"""Of a job's hash (RQ 3), those that ours have, empty ones left out. Their values are not looked at."""
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_MOST = 4096
"""Bytes of a call, written out: ours have less than a hundred."""


class Refused(Exception):
    """A job is none of ours. The message says why."""


def attempt_in(raw: Mapping[bytes, bytes]) -> str:
    """Return the attempt that a job's hash names.

    Raises:
        Refused: it is no job of ours.
    """
    extra = {name.decode(errors="replace") for name, value in raw.items() if value} - _FIELDS
    if extra:
        raise Refused(f"it has {', '.join(sorted(extra))}")
    function, thing, arguments, names = _call(raw.get(b"data", b""))
    if function != CARRY_OUT or thing is not None or names:
        raise Refused(f"it calls {function!r}")
    match arguments:
        case [str(attempt_id)] if _ID.fullmatch(attempt_id):
            return attempt_id
    raise Refused("its argument is no attempt's id")


def _call(data: bytes) -> list[object]:
    """Return the four parts of a call, as RQ's JSON serializer writes it."""
    inflating = zlib.decompressobj()
    try:
        text = inflating.decompress(data, _MOST)
        whole = inflating.eof and not inflating.unused_data
        called = json.loads(text) if whole else None
    except (ValueError, RecursionError, zlib.error) as error:
        raise Refused("its data is not what this program writes") from error
    if not isinstance(called, list) or len(called) != 4:  # noqa: PLR2004 - function, object, arguments, names
        raise Refused("its data is not a call")
    return called
