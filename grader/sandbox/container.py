"""What a container is denied, and what it may use: the whole configuration, in the words of the Docker Engine API.

Every entry was tried against what it is for. No network, no capability, no new privilege, no writable root, no host
name space, no log on the host, only the system calls of our own list; memory without swap, processes, temporary files
with inodes, one CPU. Process 1 is ours and ends the box at its deadline whatever becomes of us; `StdinOnce` closes its
input when we are gone. Pure data, so that it can be read and compared as one page.
"""

from __future__ import annotations

from typing import Any

from grader.sandbox.interface import BoxSpec

OWNER = "grader.owner"
"""Label that says whose container it is."""
DEADLINE = "grader.deadline"
"""Label that says when it is to be gone, in seconds since the epoch."""
USER = "65532:65532"
MASKED = (
    "/proc/asound /proc/acpi /proc/kcore /proc/keys /proc/latency_stats /proc/timer_list /proc/timer_stats "
    "/proc/sched_debug /proc/scsi /sys/firmware /proc/cmdline /proc/kallsyms /proc/version /proc/interrupts "
    "/sys/kernel /sys/block /sys/devices /sys/class /sys/fs/cgroup"
).split()
READ_ONLY = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]
ENVIRONMENT = {
    "PATH": "/opt/venv/bin:/usr/local/bin:/usr/bin:/bin",
    "HOME": "/work",
    "USER": "sandbox",
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MPLBACKEND": "Agg",
    "MPLCONFIGDIR": "/tmp",
}
MEGABYTE = 2**20
INODES = {"/work": 4000, "/tmp": 1000, "/dev/shm": 200}
"""How many files each writable place may hold."""
_SENTRY_THREADS = 256
"""gVisor counts its own threads among a box's processes, and fails to start with fewer."""


def configuration(
    image: str, spec: BoxSpec, *, profile: str, runtime: str, owner: str, now: int, cores: str = ""
) -> dict[str, Any]:
    """Return the configuration of a container for `spec` (Docker Engine API 1.41, ContainerCreate).

    Args:
        image: local id of the image.
        spec: what to open.
        profile: the system calls it may make, as JSON text.
        runtime: `runc` or `runsc`.
        owner: for its label.
        now: seconds since the epoch, for the label of its deadline.
        cores: numbers of those that it may run on, as `0,2`; empty for any.
    """
    return {
        "Image": image,
        "Entrypoint": [],
        "Cmd": list(spec.command),
        "Env": [f"{name}={value}" for name, value in ENVIRONMENT.items()],
        "User": USER,
        "WorkingDir": "/work",
        "Hostname": "sandbox",
        "NetworkDisabled": True,
        "Tty": False,
        "OpenStdin": True,
        "StdinOnce": True,
        "AttachStdin": True,
        "AttachStdout": True,
        "AttachStderr": True,
        "Labels": {OWNER: owner, "grader.role": spec.role, DEADLINE: str(now + spec.deadline_seconds)},
        "HostConfig": {**_host(spec, profile, runtime), "CpusetCpus": cores},
    }


def rlimits(spec: BoxSpec) -> dict[str, tuple[int, int]]:
    """Return the limits of each process of a box, soft and hard, by name (getrlimit(2))."""
    return {
        "nofile": (256, 256),
        "core": (0, 0),
        "memlock": (0, 0),
        "msgqueue": (0, 0),  # /dev/mqueue is a place to write to otherwise
        "sigpending": (1024, 1024),
        "fsize": (spec.limits.disk_mb * MEGABYTE,) * 2,
        "stack": (8 * MEGABYTE, 64 * MEGABYTE),
    }


def writable(spec: BoxSpec) -> dict[str, int]:
    """Return how many megabytes each writable place of a box may hold."""
    return {"/work": spec.limits.disk_mb, "/tmp": 16, "/dev/shm": 16}


def _host(spec: BoxSpec, profile: str, runtime: str) -> dict[str, Any]:
    memory = spec.limits.memory_mb * MEGABYTE
    processes = spec.limits.processes if runtime == "runc" else max(spec.limits.processes, _SENTRY_THREADS)
    sizes = writable(spec)
    return {
        "Runtime": runtime,
        "NetworkMode": "none",
        "IpcMode": "none",
        "ReadonlyRootfs": True,
        "CapDrop": ["ALL"],
        "SecurityOpt": ["no-new-privileges:true", f"seccomp={profile}"],
        "MaskedPaths": MASKED,
        "ReadonlyPaths": READ_ONLY,
        "Memory": memory,
        "MemorySwap": memory,
        "PidsLimit": processes,
        "NanoCpus": 10**9,
        "OomScoreAdj": 1000,
        "RestartPolicy": {"Name": "no"},
        "LogConfig": {"Type": "none", "Config": {}},
        "Tmpfs": {
            "/work": f"rw,nosuid,nodev,exec,{_size(sizes, '/work')},mode=0700,uid=65532,gid=65532",
            "/tmp": f"rw,nosuid,nodev,noexec,{_size(sizes, '/tmp')},mode=1777",
            "/dev/shm": f"rw,nosuid,nodev,noexec,{_size(sizes, '/dev/shm')},mode=1777",
        },
        "Ulimits": [{"Name": name, "Soft": soft, "Hard": hard} for name, (soft, hard) in rlimits(spec).items()],
    }


def _size(sizes: dict[str, int], place: str) -> str:
    return f"size={sizes[place]}m,nr_inodes={INODES[place]}"
