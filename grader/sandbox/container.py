"""What a container is denied, and what it may use: the whole configuration, in the words of the Docker Engine API.

Every entry was tried against what it is for. No network, no capability, no new privilege, no writable root, no host
name space, no log on the host; memory without swap, processes, temporary files with inodes, one CPU. Process 1 is an
init, and `timeout` ends the box at its deadline whatever becomes of us; `StdinOnce` closes its input when we are gone.
Pure data, so that it can be read and compared as one page.
"""

from __future__ import annotations

from typing import Any

from grader.sandbox.interface import BoxSpec

OWNER = "grader.owner"
"""Label that says whose container it is."""
USER = "65532:65532"
_MASKED = (
    "/proc/asound /proc/acpi /proc/kcore /proc/keys /proc/latency_stats /proc/timer_list /proc/timer_stats "
    "/proc/sched_debug /proc/scsi /sys/firmware /proc/cmdline /proc/kallsyms /proc/version /proc/interrupts "
    "/sys/kernel /sys/block /sys/devices /sys/class /sys/fs/cgroup"
).split()
_READ_ONLY = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]
_ENVIRONMENT = {
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
_ULIMITS = {"nofile": 256, "core": 0, "memlock": 0, "msgqueue": 0}


def configuration(image: str, spec: BoxSpec, *, owner: str, now: int) -> dict[str, Any]:
    """Return the configuration of a container for `spec` (Docker Engine API 1.41, ContainerCreate).

    Args:
        image: local id of the image.
        spec: what to open.
        owner: for its label.
        now: seconds since the epoch, for the label of its deadline.
    """
    deadline = {"grader.deadline": str(now + spec.deadline_seconds)}
    return {
        "Image": image,
        "Entrypoint": [],
        "Cmd": ["timeout", "--signal=KILL", str(spec.deadline_seconds), *spec.command],
        "Env": [f"{name}={value}" for name, value in _ENVIRONMENT.items()],
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
        "Labels": {OWNER: owner, "grader.role": spec.role, **deadline},
        "HostConfig": _host(spec),
    }


def _host(spec: BoxSpec) -> dict[str, Any]:
    memory = spec.limits.memory_mb * 2**20
    work = f"size={spec.limits.disk_mb}m,nr_inodes=4000,mode=0700,uid=65532,gid=65532"
    return {
        "NetworkMode": "none",
        "IpcMode": "none",
        "ReadonlyRootfs": True,
        "CapDrop": ["ALL"],
        "SecurityOpt": ["no-new-privileges:true"],
        "MaskedPaths": _MASKED,
        "ReadonlyPaths": _READ_ONLY,
        "Memory": memory,
        "MemorySwap": memory,
        "PidsLimit": spec.limits.processes,
        "NanoCpus": 10**9,
        "OomScoreAdj": 1000,
        "Init": True,
        "RestartPolicy": {"Name": "no"},
        "LogConfig": {"Type": "none", "Config": {}},
        "Tmpfs": {
            "/work": f"rw,nosuid,nodev,exec,{work}",
            "/tmp": "rw,nosuid,nodev,noexec,size=16m,nr_inodes=1000,mode=1777",
            "/dev/shm": "rw,nosuid,nodev,noexec,size=16m,nr_inodes=200,mode=1777",
        },
        "Ulimits": [{"Name": name, "Soft": most, "Hard": most} for name, most in _ULIMITS.items()],
    }
