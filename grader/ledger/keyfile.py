"""The file of a signing key: one line, for its owner only.

The line is that of Go's sumdb/note, so that other programs can sign with it too; its public half is the vkey. A file
that others can read is refused: the key in it may be anybody's by now.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from grader.errors import EngineError, UsageError
from grader.ledger.key import Signer, generated, signer_of
from grader.ledger.spelling import BadNote
from grader.store.secret import keep

_MOST_BYTES = 4096


def make_key(path: Path, name: str) -> Signer:
    """Make a signing key and keep it in a new file, mode 0600.

    Args:
        path: where; the folder is made if need be.
        name: of whose it is; of a log, its origin.

    Raises:
        UsageError: there is a file already, or no key can have this name.
        EngineError: it cannot be written.
    """
    signer = generated(name)
    if path.exists():
        raise UsageError(f"{path} is there already; a key is never written over: move it, or choose another name")
    keep(path, f"{signer.line()}\n".encode())
    return read_key(path)


def read_key(path: Path) -> Signer:
    """Return the signing key in a file.

    Raises:
        UsageError: there is none, it is readable by others, or it is not what `make_key` writes.
    """
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if mode & 0o077:
                raise UsageError(f"{path} can be read by others (mode {mode:04o}): chmod 600 {path}")
            content = file.read(_MOST_BYTES)
    except FileNotFoundError as error:
        raise UsageError(f"there is no signing key {path}; make one first") from error
    except OSError as error:
        raise EngineError(f"the signing key {path} cannot be read: {error.strerror}") from error
    try:
        return signer_of(content.decode("ascii").removesuffix("\n"))
    except (BadNote, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {error if isinstance(error, BadNote) else 'this is no signing key'}") from error
