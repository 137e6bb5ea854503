"""The ledger: an append-only log of what was certified, which anyone can check without asking us.

    content, entry   what an entry says: a public leaf, and the private part that it commits to
    key, note        keys, and texts that they signed             (C2SP signed-note)
    checkpoint       a log's size and root, signed                (C2SP tlog-checkpoint)
    proof            that an entry is in a log                    (C2SP tlog-proof)
    tiles            a log as files                               (C2SP tlog-tiles)
    succession       which key holds when
    keyfile          the file of a signing key
    spelling         names, bytes and numbers, in one way only
    log              the ledger itself: append, publish, prove, erase
    line             what is to be logged, once for each key
    sequencer        from the line into the log; signing
    database, schema, rows
                     SQLite in a file of its own, or PostgreSQL by URL
    audit            whether what is stored is what was signed
    export, exported the log as files: writing them, and auditing them without us

The tree itself is `grader.merkle`. What is promised, against whom, and what is not: `docs/concepts/ledger.md`.
"""

from grader.ledger.log import Ledger

__all__ = ["Ledger"]
