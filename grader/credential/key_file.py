"""The file of an issuing key: one line, the secret Multikey, readable by its owner only.

Whoever reads it can certify anything in the issuer's name, so a file that others may read is refused rather than
mended: it may have been read already. It is in no database, no copy of the store and no log.
"""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from grader.credential.multikey import KEY_BYTES, SigningKey, signing_key
from grader.credential.refusal import Refused
from grader.errors import UsageError
from grader.store.secret import keep

_MAX_BYTES = 256


def make_key(path: Path) -> SigningKey:
    """Make a new issuing key at `path`, mode 0600, and return it.

    Raises:
        UsageError: something is there already; a key is never overwritten.
        EngineError: the folder cannot be written.
    """
    key = SigningKey(secrets.token_bytes(KEY_BYTES))
    if not path.exists():
        keep(path, f"{key.secret_multikey}\n".encode())
        if load_key(path) == key:
            return key
    raise UsageError(f"{path} is there already; a key is never overwritten: choose another name")


def load_key(path: Path) -> SigningKey:
    """Return the issuing key of a file.

    Raises:
        UsageError: not there, readable by others, owned by another user, or no key.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            state = os.fstat(file.fileno())
            content = file.read(_MAX_BYTES) if stat.S_ISREG(state.st_mode) else b""
    except OSError as error:
        raise UsageError(f"the issuing key {path} cannot be read: {error.strerror}") from error
    if stat.S_IMODE(state.st_mode) & 0o077:
        raise UsageError(
            f"{path} can be read by others (mode {stat.S_IMODE(state.st_mode):04o}); expected mode 0600. If nobody "
            f"else was on this machine: chmod 600 {path}. Otherwise make a new key and retire this one"
        )
    if state.st_uid not in {os.geteuid(), 0}:
        raise UsageError(f"{path} belongs to another user; an issuing key belongs to whoever certifies")
    try:
        return signing_key(content.decode("ascii").strip())
    except (Refused, UnicodeDecodeError):
        raise UsageError(f"{path} holds no issuing key; expected one line that begins with z3u2") from None
