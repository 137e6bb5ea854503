"""What a box of bubblewrap is denied, and what it may use: the whole command line, as data.

Theory of operation. bwrap(1) makes new name spaces of every kind and a root of what is bound into it, and then runs our
process 1 in it. It must never be started as root: the user of a box would be the host's root under another number,
and files of the host that trust root would trust it (seen: /proc/sys/kernel/core_pattern could be opened for writing).
So an engine that is root becomes nobody in particular first, by `setpriv`, as a user of a number of its own for each
box. What bwrap does not limit, limits of each process do (`prlimit`), and a control group where the engine may make
one: temporary file systems have sizes but no number of files, and /dev is a place to write to unless it is bound shut.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from grader.sandbox.container import ENVIRONMENT, MASKED, MEGABYTE, rlimits, writable
from grader.sandbox.interface import BoxSpec

USER = 65532
FIRST_UID = 0x70000000
"""Users of boxes have numbers from here on, where no person and no service has one."""
LINKS = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_OPTIONS = (
    "--unshare-all --unshare-user --disable-userns --die-with-parent --new-session --as-pid-1 --cap-drop ALL --clearenv"
).split()


def command(
    spec: BoxSpec, root: Path, *, extra: Mapping[str, Path], filter_fd: int, info_fd: int, nproc: int | None
) -> list[str]:
    """Return the command line of a box, from `prlimit` on.

    Args:
        spec: what to open.
        root: folder of the family's root: `etc`, `venv`, `grader`.
        extra: what else is bound read-only, by its place in the box, such as a Python outside /usr.
        filter_fd: descriptor of the compiled list of system calls.
        info_fd: descriptor on which bwrap tells the number of process 1.
        nproc: processes of the user that there may be, or None where a control group counts them.
    """
    options = [*_OPTIONS, "--uid", str(USER), "--gid", str(USER), "--hostname", "sandbox"]
    options += ["--seccomp", str(filter_fd), "--info-fd", str(info_fd)]
    for name, value in ENVIRONMENT.items():
        options += ["--setenv", name, value]
    options += [*_places(root, extra), *_hidden(), *_writable(spec), "--chdir", "/work"]
    return [*_limits(spec, nproc), "bwrap", *options, "--", *spec.command]


def as_user(uid: int) -> list[str]:
    """Return the command that becomes the user `uid`, with no group but its own.

    Raises:
        ValueError: that would be root.
    """
    if uid <= 0:
        message = "a box of bubblewrap is never started as root"
        raise ValueError(message)
    return ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", "--no-new-privs", "--inh-caps=-all"]


def _limits(spec: BoxSpec, nproc: int | None) -> list[str]:
    limits = [f"--{name}={soft}:{hard}" for name, (soft, hard) in rlimits(spec).items()]
    if nproc is not None:
        # address space is not memory: libraries reserve what they never touch
        limits += [f"--nproc={nproc}", f"--as={(4 * spec.limits.memory_mb + 1024) * MEGABYTE}"]
    return ["prlimit", *limits]


def _places(root: Path, extra: Mapping[str, Path]) -> Iterator[str]:
    """Yield what is bound: the host's programs and libraries, the family's, and nothing else."""
    yield from ("--ro-bind", "/usr", "/usr")
    for link in map(Path, LINKS):
        if link.is_symlink():
            yield from ("--symlink", str(link.readlink()), str(link))
        elif link.is_dir():
            yield from ("--ro-bind", str(link), str(link))
    bound = {"/etc": root / "etc", "/opt/venv": root / "venv", "/opt/grader": root / "grader", **extra}
    for place, source in bound.items():
        yield from ("--ro-bind", str(source), place)
    yield from ("--proc", "/proc", "--dev", "/dev")


def _hidden() -> Iterator[str]:
    """Yield what is laid over parts of /proc; /sys is not there at all."""
    for path in MASKED:
        if path.startswith("/proc/") and Path(path).is_dir():
            yield from ("--tmpfs", path, "--remount-ro", path)
        elif path.startswith("/proc/") and Path(path).exists():
            yield from ("--ro-bind", "/dev/null", path)


def _writable(spec: BoxSpec) -> Iterator[str]:
    """Yield the places that can be written to, with their sizes, and shut the others."""
    for place, megabytes in writable(spec).items():
        mode = "0700" if place == "/work" else "1777"
        yield from ("--perms", mode, "--size", str(megabytes * MEGABYTE), "--tmpfs", place)
    yield from ("--remount-ro", "/dev", "--remount-ro", "/")
