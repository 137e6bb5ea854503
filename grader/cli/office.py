"""Opens the office of this installation for a command: the only commands that open keys."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from grader.certify.keyring import open_keyring
from grader.certify.office import Office
from grader.cli.app import store
from grader.ledger import Ledger
from grader.settings import Settings


@contextmanager
def office(known: Settings) -> Iterator[Office]:
    """Give the office: store, ledger and keys; closed afterwards.

    Raises:
        UsageError: there are no keys, or nobody is named who certifies.
    """
    keyring = open_keyring(known)
    with ledger(known) as opened:
        yield Office(store=store(known), ledger=opened, keyring=keyring, roots=known.assignments)


@contextmanager
def ledger(known: Settings) -> Iterator[Ledger]:
    """Give the ledger of this installation; closed afterwards."""
    with closing(Ledger(known.home, known.ledger_url)) as opened:
        yield opened
