"""What a back end must keep, and what it may lack if it says so.

A *required* promise that a back end does not keep means that it is refused. An *accounted* one that it lacks means that
what it grades is practice: said in every report, never certifiable. `grader.sandbox.probe` tries each of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Promise(StrEnum):
    """One thing that a box is held to; its value is what people read."""

    NO_NETWORK = "no network"
    NO_ESCAPE = "no way out of its file system and name spaces"
    NO_PRIVILEGE = "no privilege"
    SYSTEM_CALLS = "few system calls"
    KILL_ALL = "nothing outlives it"
    WALL = "clock"
    CPU = "CPU time"
    OUTPUT = "output"
    REPLY = "size of replies"
    MEMORY = "memory in all"
    INODES = "number and size of files"
    PROCESSES = "number of processes"


ACCOUNTED = frozenset({Promise.MEMORY, Promise.INODES, Promise.PROCESSES})
REQUIRED = frozenset(Promise) - ACCOUNTED


@dataclass(frozen=True, slots=True)
class Kept:
    """Whether a back end keeps a promise here, as it was tried.

    Attributes:
        promise: which.
        kept: whether.
        seen: what was seen, or what the back end says it lacks.
    """

    promise: Promise
    kept: bool
    seen: str


def missing(tried: Mapping[Promise, Kept]) -> tuple[Promise, ...]:
    """Return the promises that are not kept, in their own order."""
    return tuple(promise for promise in Promise if not tried[promise].kept)
