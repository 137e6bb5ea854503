"""The ledger, as whoever certifies knows it: append, publish, prove, erase.

    append     put in line, durable, and once for each key      many processes and hosts
    publish    give out indices and sign                        one at a time; the holder of the key
    proof      what a certificate carries                       anybody who can read the database

An entry counts as logged when a checkpoint covers it. Until then it may have an index, or none yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from sqlalchemy import Connection, delete, select, update

from grader.errors import UsageError
from grader.ledger import line, rows
from grader.ledger.checkpoint import read_checkpoint
from grader.ledger.content import Genesis, Kind
from grader.ledger.database import LedgerDatabase
from grader.ledger.entry import Entry, entry_of, opened_entry
from grader.ledger.key import Signer
from grader.ledger.proof import LogProof
from grader.ledger.schema import bodies, pending
from grader.ledger.sequencer import AT_ONCE, check_unbroken, put_first, sequence, sign
from grader.ledger.succession import Succession
from grader.merkle import consistency, inclusion


class Ledger:
    """The ledger of one installation; opened when it is first used.

    Args:
        home: the data folder; made when first written to, for its owner only.
        url: of the database, or empty for a file of its own in `home`.
        flush_appends: whether what is put in line survives a power cut at once; see `database`.
    """

    def __init__(self, home: Path, url: str = "", *, flush_appends: bool = True) -> None:
        self.database = LedgerDatabase(home, url, flush_appends=flush_appends)
        self._founded = False

    def close(self) -> None:
        """Close its connections."""
        self.database.close()

    # --- writing ------------------------------------------------------------------------------------------------------

    def found(self, signer: Signer, at: str) -> bytes:
        """Begin the log, and sign it; doing so again with the same key changes nothing. Returns the checkpoint.

        Args:
            signer: the key of the log; its name is the log's origin.
            at: the time, such as 2026-01-31T09:30:00Z.

        Raises:
            UsageError: there is a log already, of another name or first key.
        """
        genesis = Genesis(origin=signer.verifier.name, vkey=signer.verifier.vkey)
        with self.database.sequencing() as connection:
            if rows.size_of(connection) == 0:
                put_first(connection, entry_of(Kind.GENESIS, genesis, at), Kind.GENESIS)
            first, _ = opened_entry(rows.entry_at(connection, 0))
            newest = rows.newest_checkpoint(connection)
        if first.content != genesis:
            raise UsageError("there is a ledger already, begun under another name or with another key")
        return newest.note if newest else self.publish([signer])

    def append(self, entry: Entry, key: str) -> Entry:
        """Put an entry in line, on the disk; returns the entry that is logged under this key, now or before.

        Args:
            entry: what to log.
            key: what it was asked for by, such as `award/<attempt>`: the same key is logged once, however often it is
                asked for. Keep the entry that is returned, not the one that was given: nonces differ.

        Raises:
            UsageError: there is no log yet, or the entry names another that is not there.
            BadEntry: its parts do not belong together.
        """
        return self.append_all([(entry, key)])[0]

    def append_all(self, wanted: Iterable[tuple[Entry, str]]) -> list[Entry]:
        """Put several entries in line, each with its key: all of them or, when one cannot be, none.

        A change of keys has to follow from the keys that the log has; so there is one in line at a time.
        """
        read = [(entry, key, *opened_entry(entry)) for entry, key in wanted]
        changes_keys = any(leaf.kind in {Kind.KEY, Kind.GENESIS} for _, _, leaf, _ in read)
        with self.database.sequencing() if changes_keys else self.database.appending() as connection:
            if not self._founded and rows.size_of(connection) == 0:
                raise UsageError("there is no ledger yet: found it first")
            self._founded = True
            kept = []
            for entry, key, leaf, private in read:
                line.check_named(connection, leaf.kind, private)
                line.check_keys(connection, leaf, key)
                subject = getattr(private.content, "subject", None) if private else None
                kept.append(line.put(connection, entry, key=key, kind=leaf.kind, subject=subject))
        return kept

    def publish(self, signers: Sequence[Signer], released: bytes | None = None) -> bytes:
        """Move all that is in line into the log and sign it; returns the checkpoint, which is stored by then.

        Args:
            signers: the key of the log, and during a change of keys the one before it.
            released: the newest checkpoint that the outside world has, such as that of an export: a database that was
                restored from an older copy is then found out.

        Raises:
            EngineError: the log is not what it was when it was last signed. Nothing is signed.
            UsageError: these are not the keys of this log.
        """
        moved = AT_ONCE
        while moved == AT_ONCE:  # one that moves fewer has emptied the line; whoever still appends is not waited for
            with self.database.sequencing() as connection:
                check_unbroken(connection, released)
                moved = sequence(connection)
        with self.database.sequencing() as connection:
            return sign(connection, signers, released)

    def erase(self, subject: str) -> int:
        """Destroy the private parts of all entries of a subject, and what waits in line of it; returns how many.

        Their leaves stay, and so do all proofs. The keys they were asked for by are forgotten too: asked for again,
        they would be logged again.
        """
        with self.database.sequencing() as connection:
            waiting = connection.execute(delete(pending).where(pending.c.subject == subject)).rowcount
            found = list(connection.execute(select(bodies.c.idx).where(bodies.c.subject == subject)).scalars())
            _erase(connection, found)
        self.database.forget_erased()
        return waiting + len(found)

    def erase_entries(self, indices: Iterable[int]) -> None:
        """Destroy the private parts of these entries; an entry that has none is left as it is."""
        with self.database.sequencing() as connection:
            _erase(connection, list(indices))
        self.database.forget_erased()

    # --- reading ------------------------------------------------------------------------------------------------------

    @property
    def size(self) -> int:
        """How many entries have an index."""
        with self.database.reading() as connection:
            return rows.size_of(connection)

    def index_of(self, key: str) -> int | None:
        """Return the index of what was asked for by a key; None while it is in line, or if it is not known."""
        with self.database.reading() as connection:
            return rows.index_of(connection, key)

    def entry(self, index: int) -> Entry:
        """Return an entry.

        Raises:
            UsageError: there is none.
        """
        with self.database.reading() as connection:
            return rows.entry_at(connection, index)

    def checkpoint(self, size: int | None = None) -> bytes:
        """Return the newest checkpoint, or the one of a size.

        Raises:
            UsageError: there is none.
        """
        with self.database.reading() as connection:
            if size is not None:
                return rows.checkpoint_of(connection, size).note
            newest = rows.newest_checkpoint(connection)
        if newest is None:
            raise UsageError("nothing of the ledger was signed yet")
        return newest.note

    def proof(self, index: int) -> LogProof:
        """Return the proof that an entry is in the log, under the newest checkpoint.

        Raises:
            UsageError: no checkpoint covers it yet.
        """
        with self.database.reading() as connection:
            newest = rows.newest_checkpoint(connection)
            if newest is None or not 0 <= index < newest.size:
                raise UsageError(f"no checkpoint covers an entry {index} yet: publish the ledger")
            return LogProof(index, rows.proven(connection, inclusion(index, newest.size)), newest.note)

    def consistency(self, old: bytes, new: bytes | None = None) -> tuple[bytes, ...]:
        """Return the proof that the log of one checkpoint begins with that of an older one; see `proof.check_growth`.

        Args:
            old: the older checkpoint, as a note.
            new: the newer one; by default the newest.

        Raises:
            BadNote: one is no checkpoint.
            UsageError: there is no proof between the two: one is empty or larger than the log.
        """
        then, now = read_checkpoint(old), read_checkpoint(self.checkpoint() if new is None else new)
        with self.database.reading() as connection:
            if not 1 <= then.size <= now.size <= rows.size_of(connection):
                raise UsageError(f"there is no proof from {then.size} entries to {now.size}")
            return rows.proven(connection, consistency(then.size, now.size))

    def keys(self) -> Succession:
        """Return the keys of the log, as its entries bring them.

        Raises:
            BadEntry: one of these entries is not what it should be.
        """
        with self.database.reading() as connection:
            return rows.succession_in(connection)


def _erase(connection: Connection, indices: list[int]) -> None:
    for index in indices:
        chosen = update(bodies).where(bodies.c.idx == index, bodies.c.body.is_not(None))
        connection.execute(chosen.values(key=None, subject=None, body=None, erased=1))
