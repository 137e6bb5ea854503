"""Pack versions in the store, so that a worker on another machine judges by the very files that were meant.

A worker unpacks a version once, into a folder that only its owner can read, under the digest of all its files: the
name is what it holds.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Connection, Text, bindparam, exists, select, update

from grader.canonical import digest_tree
from grader.errors import EngineError
from grader.model import JobState, State
from grader.store.content import packed, put_unless_there, unpacked
from grader.store.database import Database
from grader.store.prepared import Prepared
from grader.store.schema import attempts, jobs, packs

PACK = "pack"
"""Why a job is parked that waits for a new version of its pack."""


class Packs:
    """The pack versions of an installation.

    Args:
        database: where they are kept.
        home: the data folder, under which they are unpacked.
    """

    def __init__(self, database: Database, home: Path) -> None:
        self._database = database
        self._folder = home / "packs"

    def put(self, slug: str, files: Mapping[str, bytes], needs: str) -> str:
        """Keep the files of a pack; returns their key.

        Jobs that another version could not judge go on under this one.

        Args:
            slug: its name.
            files: all that loading it takes, by path from a folder that holds `assignments`.
            needs: image families that grading takes, in order, joined by `+`.
        """
        key = digest_tree(files)
        with self._database.reading() as connection:
            somebody_waits_for_it = _WAITED_FOR.scalar(connection, {"slug": slug, "key": key})
        if somebody_waits_for_it is not None and not somebody_waits_for_it:  # None where it is not kept yet
            return key
        with self._database.writing() as connection:
            now = self._database.clock(connection)
            row = {"key": key, "slug": slug, "needs": needs, "kept_at": now, "content": packed(files)}
            put_unless_there(connection, packs, row)
            _wake(connection, slug, key, needs, now)
        return key

    def root(self, key: str) -> Path:
        """Return a folder of assignments that holds this version, unpacked here.

        Raises:
            EngineError: the store does not hold it, or not as it was put.
        """
        folder = self._folder / key.removeprefix("sha256:")
        if not folder.is_dir():
            self._unpack(key, folder)
        return folder / "assignments"

    def versions(self, slug: str) -> tuple[str, ...]:
        """Return the keys of all versions of a pack that are kept, the newest first."""
        wanted = select(packs.c.key).where(packs.c.slug == slug).order_by(packs.c.kept_at.desc(), packs.c.key)
        with self._database.reading() as connection:
            return tuple(connection.execute(wanted).scalars())

    def needs(self) -> tuple[str, ...]:
        """Return every combination of image families that some pack needs."""
        with self._database.reading() as connection:
            return tuple(connection.execute(select(packs.c.needs).distinct().order_by(packs.c.needs)).scalars())

    def _unpack(self, key: str, folder: Path) -> None:
        with self._database.reading() as connection:
            content = connection.execute(select(packs.c.content).where(packs.c.key == key)).scalar()
        if content is None:
            raise EngineError(f"the store does not hold pack {key}: was it pruned? submit it once more")
        temporary = folder.with_name(f".{secrets.token_hex(8)}")
        try:
            for name, held in unpacked(content, key, f"pack {key}").items():
                target = temporary / name
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                target.write_bytes(held)
            temporary.chmod(0o700)
            temporary.rename(folder)
        except OSError as error:
            if not folder.is_dir():  # else somebody was faster, with the same files
                raise EngineError(f"cannot unpack a pack into {folder}: {error.strerror}") from error
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


# Of a job that another version of a pack could not judge.
_STUCK = (
    jobs.c.state == JobState.PARKED.value,
    jobs.c.reason == PACK,
    jobs.c.assignment == bindparam("slug", type_=Text),
    jobs.c.pack != bindparam("key", type_=Text),
)
_WAITED_FOR = Prepared(select(exists().where(*_STUCK)).where(packs.c.key == bindparam("key", type_=Text)))


def _wake(connection: Connection, slug: str, key: str, needs: str, now: float) -> None:
    """Line up again what another version of this pack could not judge."""
    which = {"slug": slug, "key": key}
    theirs = attempts.c.id.in_(select(jobs.c.attempt).where(*_STUCK)), attempts.c.state == State.NOT_GRADED.value
    connection.execute(update(attempts).where(*theirs).values(state=State.QUEUED.value), which)
    fresh = {"state": JobState.WAITING.value, "pack": key, "needs": needs, "tries": 0, "not_before": now, "reason": ""}
    connection.execute(update(jobs).where(*_STUCK).values(**fresh), which)
