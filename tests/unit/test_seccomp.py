"""The lists of system calls: made by the rules, and the two forms of them say the same about every call.

The compiled form is run here step by step as the kernel would (seccomp(2)), the JSON as its documentation says.
"""

from __future__ import annotations

import errno
import importlib.util
import json
import struct
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "sandbox" / "seccomp"
SCRIPT = FOLDER.parents[1] / "scripts" / "seccomp.py"
NUMBERS = json.loads((FOLDER / "numbers.json").read_text(encoding="utf-8"))
MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
X32 = 0x40000000
ARGUMENTS = [0, 1, 2, 3, 8, 10, 16, 0x20000, 0x20008, 0x01200011, 0x10000000, 0x7E020000, 0xFFFFFFFF, 1 << 32, 1 << 40]
PAIRS = [(profile, machine) for profile in ("learner", "web", "cell", "cell-web") for machine in MACHINES]

CASES = [  # call, argument, answer to a learner, answer to a web service
    ("read", 0, "allow", "allow"),
    ("futex", 0, "allow", "allow"),
    ("memfd_create", 0, "allow", "allow"),
    ("clone", 0x01200011, "allow", "allow"),
    ("clone", 0x10000000, "EPERM", "EPERM"),
    ("clone", 0x00020000, "EPERM", "EPERM"),
    ("clone3", 0, "ENOSYS", "ENOSYS"),
    ("io_uring_setup", 0, "ENOSYS", "ENOSYS"),
    ("userfaultfd", 0, "ENOSYS", "ENOSYS"),
    ("memfd_secret", 0, "ENOSYS", "ENOSYS"),
    ("socket", 1, "allow", "allow"),
    ("socket", 2, "EPERM", "allow"),
    ("socket", 10, "EPERM", "allow"),
    ("socket", 16, "EPERM", "EPERM"),
    ("socket", 17, "EPERM", "EPERM"),
    ("socket", 1 << 32, "EPERM", "EPERM"),
    ("prlimit64", 0, "allow", "allow"),
    ("prlimit64", 1, "EPERM", "EPERM"),
    ("personality", 0xFFFFFFFF, "allow", "allow"),
    ("personality", 0x40000, "EPERM", "EPERM"),
    *((call, 0, "EPERM", "EPERM") for call in "ptrace unshare setns mount bpf keyctl setuid capset splice".split()),
    *((call, 0, "EPERM", "EPERM") for call in "process_vm_readv kcmp pidfd_getfd perf_event_open shmget".split()),
    *((call, 0, "EPERM", "EPERM") for call in "open_by_handle_at mbind sched_setscheduler setxattr io_setup".split()),
]


def by_filter(profile: str, machine: str, number: int, argument: int, *, arch: int | None = None) -> str:
    """Return what the compiled filter says."""
    program = (FOLDER / f"{profile}.{machine}.bpf").read_bytes()
    data = struct.pack("<iIQ6Q", number, arch or MACHINES[machine], 0, argument, 0, 0, 0, 0, 0)
    at = held = 0
    while True:
        code, if_true, if_false, operand = struct.unpack_from("<HBBI", program, 8 * at)
        at += 1
        if code == 0x06:
            return answer(operand)
        if code == 0x20:
            (held,) = struct.unpack_from("<I", data, operand)
        elif code == 0x54:
            held &= operand
        else:
            holds = held == operand if code == 0x15 else held > operand
            at += if_true if holds else if_false


def answer(value: int) -> str:
    if value == 0x7FFF0000:
        return "allow"
    return "kill" if value == 0x80000000 else errno.errorcode[value & 0xFFFF]


def by_json(profile: str, call: str, argument: int) -> str:
    """Return what the JSON says."""
    whole = json.loads((FOLDER / f"{profile}.json").read_text(encoding="utf-8"))
    for rule in whole["syscalls"]:
        if call in rule["names"] and all(matches(compared, argument) for compared in rule.get("args", [])):
            return "allow" if rule["action"] == "SCMP_ACT_ALLOW" else errno.errorcode[rule["errnoRet"]]
    assert whole["defaultAction"] == "SCMP_ACT_ERRNO"
    return "EPERM"


def matches(compared: dict, argument: int) -> bool:
    assert compared["index"] == 0
    if compared["op"] == "SCMP_CMP_MASKED_EQ":
        return argument & compared["value"] == compared["valueTwo"]
    return argument == compared["value"]


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("seccomp_script", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_what_is_committed_is_what_the_rules_say():
    """Nobody edits a list by hand."""
    done = subprocess.run([sys.executable, SCRIPT, "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_call_is_decided_on_once(script):
    """A call of a newer kernel is a decision that is still to be made."""
    assert script.undecided(NUMBERS) == []
    assert script.undecided({"x86_64": {**NUMBERS["x86_64"], "brand_new": 999}}) == ["brand_new"]


@pytest.mark.parametrize(("profile", "machine"), PAIRS)
def test_both_forms_say_the_same(profile, machine):
    """Of every call, with arguments that matter."""
    for call, number in NUMBERS[machine].items():
        for argument in ARGUMENTS:
            assert by_filter(profile, machine, number, argument) == by_json(profile, call, argument), (call, argument)


@pytest.mark.parametrize("machine", list(MACHINES))
@pytest.mark.parametrize(("call", "argument", "learner", "web"), CASES)
def test_what_is_answered(machine, call, argument, learner, web):
    """The table of the review, in both profiles."""
    number = NUMBERS[machine].get(call)
    for profile, expected in (("learner", learner), ("web", web)):
        assert by_json(profile, call, argument) == expected
        assert number is None or by_filter(profile, machine, number, argument) == expected


@pytest.mark.parametrize(("profile", "machine"), PAIRS)
def test_numbers_that_are_no_call_of_this_machine(profile, machine):
    """Another machine's calls end the process; those of x32 and of newer kernels are not there."""
    assert by_filter(profile, machine, 0, 0, arch=0x40000003) == "kill"
    assert by_filter(profile, machine, X32 | 1, 0) == "ENOSYS"
    assert by_filter(profile, machine, max(NUMBERS[machine].values()) + 1, 0) == "ENOSYS"
    assert by_filter(profile, machine, -1, 0) == "ENOSYS"


@pytest.mark.parametrize(("profile", "machine"), PAIRS)
def test_a_filter_is_short_enough(profile, machine):
    """The kernel takes 4096 steps."""
    assert len((FOLDER / f"{profile}.{machine}.bpf").read_bytes()) <= 8 * 4096
