"""The installation secret: 32 bytes in a file, made once, readable by its owner only. It is in no database."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from grader.errors import EngineError, UsageError

SECRET_BYTES = 32


def secret(home: Path, chosen: Path | None) -> bytes:
    """Return the installation secret; the first to ask makes it, and of several at once all get the same.

    Args:
        home: the data folder.
        chosen: where it is, if another place was chosen; then it is never made here.

    Raises:
        UsageError: the file that was chosen is not there, not 32 bytes, or readable by others.
    """
    path = chosen or home / "secret"
    if chosen is None and not path.exists():
        keep(path, secrets.token_bytes(SECRET_BYTES))
    return _read(path)


def keep(path: Path, content: bytes) -> None:
    """Write a secret, unless someone was faster: a link of an existing name fails, and never shows half a file."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = _temporary(path, content)
        try:
            with suppress(FileExistsError):
                path.hardlink_to(temporary)
        finally:
            temporary.unlink(missing_ok=True)
        flush_folder(path.parent)
    except OSError as error:
        raise EngineError(f"cannot make {path}: {error.strerror}") from error


def _temporary(path: Path, content: bytes) -> Path:
    """Return a new file beside `path` that holds `content`, on the disk, for its owner only."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def flush_folder(folder: Path) -> None:
    """Have a new name survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(path: Path) -> bytes:
    """Return the secret, if nobody else can read it and it is one."""
    try:
        with path.open("rb") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise UsageError(f"{path} can be read by others; expected mode 0600: chmod 600 {path}")
            content = file.read(SECRET_BYTES + 1)
    except OSError as error:
        raise UsageError(f"the installation secret {path} cannot be read: {error.strerror}") from error
    if len(content) != SECRET_BYTES:
        raise UsageError(f"{path}: found {len(content)} bytes or more; expected exactly {SECRET_BYTES}")
    return content
