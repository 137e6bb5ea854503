#!/usr/bin/env python3
"""Makes the lists of system calls of sandbox/seccomp/ from rules.toml there.

    scripts/seccomp.py             write the .json and .bpf files
    scripts/seccomp.py --check     exit 1 if what is there is not what the rules say
    scripts/seccomp.py --numbers   read the numbers of the calls from this machine's kernel headers first

Docker takes a list as JSON and compiles it itself; bubblewrap takes a compiled filter (classic BPF, seccomp(2)). A
filter is a plain chain of comparisons, so it is assembled here, without a library: what is believed should be readable.
"""

from __future__ import annotations

import argparse
import errno
import json
import re
import struct
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "sandbox" / "seccomp"
PROFILES = ("learner", "web", "cell", "cell-web")
MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""Machine, and what the kernel calls it in struct seccomp_data (AUDIT_ARCH_*)."""
HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}
NUMBER_OF_CALL = re.compile(r"^#define __NR(?:3264)?_(\w+) (\d+)$", re.MULTILINE)
RENAMED = {"fstatat": "newfstatat"}
NOT_CALLS = {"syscalls", "arch_specific_syscall", "sync_file_range2", "riscv_flush_icache", "riscv_hwprobe"}

ONLY_32_BIT = range(403, 424)
"""Numbers of calls with 64 bits of time, which machines of 32 bits alone have."""

LOAD, AND, EQUAL, GREATER, RETURN = 0x20, 0x54, 0x15, 0x25, 0x06
ALLOW, KILL, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
NUMBER, MACHINE = 0, 4
Step = tuple[int, int, int, int]


@dataclass(frozen=True)
class Condition:
    """A call that is allowed when an argument, masked, is one of some values."""

    call: str
    argument: int
    mask: int | None
    values: tuple[int, ...]


@dataclass(frozen=True)
class Rules:
    """What a profile allows, and what it refuses otherwise than with EPERM."""

    allowed: tuple[str, ...]
    conditions: tuple[Condition, ...]
    errnos: dict[str, int]


def read_rules(profile: str) -> Rules:
    """Return the rules of a profile."""
    source = tomllib.loads((FOLDER / "rules.toml").read_text(encoding="utf-8"))
    more = source["only"].get(profile, {"calls": ""})["calls"].split()
    allowed = sorted([*more, *(call for group in source["allow"].values() for call in group["calls"].split())])
    conditions = tuple(
        Condition(one["call"], one["argument"], one.get("mask"), tuple(one.get(profile, one["equals"])))
        for one in source["when"]
        if one["call"] not in more
    )
    errnos = {
        call: getattr(errno, group["errno"])
        for group in source["refuse"].values()
        if "errno" in group
        for call in group["calls"].split()
    }
    return Rules(tuple(allowed), conditions, dict(sorted(errnos.items())))


def undecided(numbers: dict[str, dict[str, int]]) -> list[str]:
    """Return the calls that are in no group, or in two."""
    source = tomllib.loads((FOLDER / "rules.toml").read_text(encoding="utf-8"))
    named = [one["call"] for one in source["when"]]
    for kind in ("allow", "refuse"):
        named += [call for group in source[kind].values() for call in group["calls"].split()]
    known = {call for calls in numbers.values() for call in calls}
    return sorted((known - set(named)) | {call for call in named if named.count(call) > 1})


def docker_profile(rules: Rules) -> str:
    """Return the list as Docker's JSON: everything else is refused with EPERM."""
    syscalls: list[dict[str, object]] = [{"names": list(rules.allowed), "action": "SCMP_ACT_ALLOW"}]
    for one in rules.conditions:
        for value in one.values:
            compared: dict[str, object] = {"index": one.argument, "value": value, "op": "SCMP_CMP_EQ"}
            if one.mask is not None:
                compared |= {"value": one.mask, "valueTwo": value, "op": "SCMP_CMP_MASKED_EQ"}
            syscalls.append({"names": [one.call], "action": "SCMP_ACT_ALLOW", "args": [compared]})
    for number in sorted(set(rules.errnos.values())):
        names = [call for call, given in rules.errnos.items() if given == number]
        syscalls.append({"names": names, "action": "SCMP_ACT_ERRNO", "errnoRet": number})
    architectures = [{"architecture": f"SCMP_ARCH_{machine.upper()}", "subArchitectures": []} for machine in MACHINES]
    whole = {"defaultAction": "SCMP_ACT_ERRNO", "archMap": architectures, "syscalls": syscalls}
    return json.dumps(whole, indent=1) + "\n"


def filter_program(rules: Rules, machine: str, numbers: dict[str, int]) -> bytes:
    """Return the list as a compiled filter: struct sock_filter[], in little endian.

    Another machine's calls end the process; numbers above all that were decided on are ENOSYS, as from an old kernel.
    """
    steps: list[Step] = [
        (LOAD, 0, 0, MACHINE),
        (EQUAL, 1, 0, MACHINES[machine]),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
        (GREATER, 0, 1, max(numbers.values())),
        (RETURN, 0, 0, ERRNO | errno.ENOSYS),
    ]
    for call in rules.allowed:
        if call in numbers:
            steps += [(EQUAL, 0, 1, numbers[call]), (RETURN, 0, 0, ALLOW)]
    for call, given in rules.errnos.items():
        if call in numbers:
            steps += [(EQUAL, 0, 1, numbers[call]), (RETURN, 0, 0, ERRNO | given)]
    for one in rules.conditions:
        if one.call in numbers:
            decided = _decide(one)
            steps += [(EQUAL, 0, len(decided), numbers[one.call]), *decided]
    steps.append((RETURN, 0, 0, ERRNO | errno.EPERM))
    return b"".join(struct.pack("<HBBI", *step) for step in steps)


def _decide(one: Condition) -> list[Step]:
    """Return the steps that answer a call by its argument; its high half must be 0 unless a mask leaves it out."""
    low = 16 + 8 * one.argument
    steps: list[Step] = []
    if one.mask is None:
        steps += [(LOAD, 0, 0, low + 4), (EQUAL, 1, 0, 0), (RETURN, 0, 0, ERRNO | errno.EPERM)]
    steps.append((LOAD, 0, 0, low))
    if one.mask is not None:
        steps.append((AND, 0, 0, one.mask))
    for value in one.values:
        steps += [(EQUAL, 0, 1, value), (RETURN, 0, 0, ALLOW)]
    return [*steps, (RETURN, 0, 0, ERRNO | errno.EPERM)]


def read_numbers() -> dict[str, dict[str, int]]:
    """Return the number of each call, by machine."""
    source: dict[str, dict[str, int]] = json.loads((FOLDER / "numbers.json").read_text(encoding="utf-8"))
    return source


def numbers_of_headers() -> str:
    """Return the numbers in the kernel headers of this machine (Debian: linux-libc-dev)."""
    found = {
        machine: {
            RENAMED.get(name, name): int(number)
            for name, number in NUMBER_OF_CALL.findall(path.read_text(encoding="utf-8"))
            if name not in NOT_CALLS and int(number) not in ONLY_32_BIT
        }
        for machine, path in HEADERS.items()
    }
    return json.dumps(found, indent=1, sort_keys=True) + "\n"


def everything() -> dict[str, bytes]:
    """Return the content of every file that the rules make, by name."""
    numbers = read_numbers()
    made = {}
    for profile in PROFILES:
        rules = read_rules(profile)
        made[f"{profile}.json"] = docker_profile(rules).encode()
        for machine in MACHINES:
            made[f"{profile}.{machine}.bpf"] = filter_program(rules, machine, numbers[machine])
    return made


def main() -> int:
    """Make or check the files."""
    parser = argparse.ArgumentParser(description="Make the lists of system calls of sandbox/seccomp/.")
    parser.add_argument("--check", action="store_true", help="only say whether they are what the rules say")
    parser.add_argument("--numbers", action="store_true", help="read this machine's kernel headers first")
    asked = parser.parse_args()
    if asked.numbers:
        (FOLDER / "numbers.json").write_text(numbers_of_headers(), encoding="utf-8")
    left = undecided(read_numbers())
    if left:
        print(f"error: rules.toml must name each call once; look at: {', '.join(left)}", file=sys.stderr)
        return 1
    made = everything()
    others = [name for name, content in made.items() if not _is(FOLDER / name, content)]
    if asked.check:
        print(f"not what rules.toml says: {', '.join(others)}" if others else "all as rules.toml says")
        return 1 if others else 0
    for name in others:
        (FOLDER / name).write_bytes(made[name])
    print(f"written: {', '.join(others) or 'nothing, all was as it should be'}")
    return 0


def _is(path: Path, content: bytes) -> bool:
    return path.exists() and path.read_bytes() == content


if __name__ == "__main__":
    sys.exit(main())
