"""A whole installation as one file, and back: every table, and the installation secret.

    snapshot      the store as it was at one moment, into a file
    restoration   a file into an empty store
    archive       the file: what is in it, in which order, and how little of it is believed
    rows          a row as a line of text, the same from every database

Theory of operation. Every table of the schema is taken, whatever it is for: what joins the schema later, as the tables
of the ledger will, comes along without a word here. They are read in one transaction, so that a backup is one moment
and not a walk through several, although others go on writing. The lines do not say which database they are from: what
was taken from SQLite goes into PostgreSQL, and back.

A backup holds the secret and every hidden test. It is written for its owner only, and is whole or not there. A file
that is to be restored may be cut off, damaged, or never have been a backup: all of it is hashed before anything is
written, what is written is one transaction, and nothing of it ever becomes a file but the secret.
"""

from grader.store.copying.archive import About
from grader.store.copying.restoration import restore
from grader.store.copying.snapshot import backup

__all__ = ["About", "backup", "restore"]
