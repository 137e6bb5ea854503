"""Opens the office of this installation for a command, the date it begins with, and where its files go.

The only commands that open keys come through here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from grader import desk
from grader.certify.keyring import open_keyring
from grader.certify.office import Office
from grader.certify.rotation import check_in_office
from grader.cli.app import store
from grader.errors import UsageError
from grader.ledger import Ledger
from grader.ledger.database import FILE
from grader.settings import Settings


@contextmanager
def office(known: Settings, *, retired: bool = False) -> Iterator[Office]:
    """Give the office: store, ledger and keys; closed afterwards.

    Args:
        known: the settings.
        retired: whether the issuing key may be one that was given up: to end a rotation that broke off.

    Raises:
        UsageError: there are no keys, they were retired, or nobody is named who certifies.
    """
    keyring = open_keyring(known)
    with ledger(known) as opened:
        if not retired:
            check_in_office(keyring, opened)
        yield Office(store=store(known), ledger=opened, keyring=keyring, roots=known.assignments)


@contextmanager
def ledger(known: Settings) -> Iterator[Ledger]:
    """Give the ledger of this installation; closed afterwards."""
    with closing(Ledger(known.home, known.ledger_url)) as opened:
        yield opened


def is_there(known: Settings) -> bool:
    """Whether this installation has a ledger, or may have one elsewhere: looking into it would begin one."""
    return bool(known.ledger_url) or (known.home / FILE).is_file()


def now() -> datetime:
    """Return the date of a command, asked for once."""
    return datetime.fromisoformat(desk.now())


def write(target: Path, content: bytes) -> None:
    """Write a file, its folder too.

    Raises:
        UsageError: it cannot be written.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    except OSError as error:
        raise UsageError(f"{target}: cannot be written: {error.strerror}") from error
