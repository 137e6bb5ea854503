"""Where things are and what the environment says: the only file that reads GRADER_* names.

Few names, each in `KNOWN`, and an unknown one is refused: a misspelt setting must not pass for the default.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from grader.errors import UsageError

KNOWN = {
    "GRADER_HOME": "folder of submissions, attempts, reports and the secret; by default the user's data folder",
    "GRADER_ASSIGNMENTS": "more folders of assignments, separated as in PATH, added to the shipped one",
    "GRADER_IMAGE_BASE": "base image of every image family, instead of the public one",
    "GRADER_SECRET_FILE": "file that holds the 32 bytes of the installation secret, to share it between hosts",
    "GRADER_SANDBOX": "where submissions run: `docker`, `runsc` or `embedded`; by default the best there is",
    "GRADER_REDIS_URL": "where the queue is: redis://, rediss:// or unix://; without it `submit` grades here and now",
    "GRADER_DATABASE_URL": "where the store is: postgresql://; by default a SQLite file in GRADER_HOME",
    "GRADER_ISSUER": "name of who certifies, as a person reads it; `DEMO` for demonstrations",
    "GRADER_PUBLIC_URL": "https:// of the issuer, which becomes its did:web; by default the issuer is a did:key",
    "GRADER_KEYS": "folder of the issuing keys, which only who certifies can read; by default `keys` in GRADER_HOME",
    "GRADER_LEDGER_URL": "where the ledger is: postgresql://; by default a SQLite file of its own in GRADER_HOME",
}
"""Every name there is, and what it means."""
BACK_ENDS = ("docker", "runsc", "embedded")
"""What GRADER_SANDBOX may name."""

_PACKAGE = Path(__file__).resolve().parent
_LONGEST_LINE = 200
_IMAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an installation chose.

    Attributes:
        home: where everything that is written at run time goes.
        assignments: folders of packs, the shipped one first.
        image_base: base image of every image family, or empty for the public one.
        secret_file: where the installation secret is, if not in `home`.
        sandbox: one of `BACK_ENDS`, or empty for the best there is.
        redis_url: where the queue is, or empty where there is none.
        database_url: where the store is, or empty for a file in `home`.
        issuer: name of who certifies, or empty where nobody does.
        public_url: of the issuer, or empty for one that is a key and nothing else.
        ledger_url: where the ledger is, or empty for a file in `home`.
        keys: where the issuing keys are, or None for a folder in `home`.
    """

    home: Path
    assignments: tuple[Path, ...]
    image_base: str = ""
    secret_file: Path | None = None
    sandbox: str = ""
    redis_url: str = ""
    database_url: str = ""
    issuer: str = ""
    public_url: str = ""
    ledger_url: str = ""
    keys: Path | None = None

    @classmethod
    def from_environment(
        cls, more_assignments: Iterable[Path] = (), environment: Mapping[str, str] | None = None
    ) -> Settings:
        """Return the settings that the environment holds. A name set to nothing is not set.

        Args:
            more_assignments: folders of packs given on the command line.
            environment: by default the process's own.

        Raises:
            UsageError: an unknown name, or a value that cannot be.
        """
        names = os.environ if environment is None else environment
        _refuse_unknown(names)
        home, secret = names.get("GRADER_HOME"), names.get("GRADER_SECRET_FILE")
        return cls(
            home=_path("GRADER_HOME", home) if home else platformdirs.user_data_path("grader"),
            assignments=_roots(names.get("GRADER_ASSIGNMENTS", ""), more_assignments),
            image_base=_image(names.get("GRADER_IMAGE_BASE", "")),
            secret_file=_path("GRADER_SECRET_FILE", secret) if secret else None,
            sandbox=_back_end(names.get("GRADER_SANDBOX", "")),
            redis_url=_url("GRADER_REDIS_URL", names.get("GRADER_REDIS_URL", ""), ("redis", "rediss", "unix")),
            database_url=_url(
                "GRADER_DATABASE_URL", names.get("GRADER_DATABASE_URL", ""), ("postgresql", "postgres", "sqlite")
            ),
            keys=_path("GRADER_KEYS", names["GRADER_KEYS"]) if names.get("GRADER_KEYS") else None,
            issuer=_line("GRADER_ISSUER", names.get("GRADER_ISSUER", "")),
            public_url=_url("GRADER_PUBLIC_URL", names.get("GRADER_PUBLIC_URL", ""), ("https",)),
            ledger_url=_url(
                "GRADER_LEDGER_URL", names.get("GRADER_LEDGER_URL", ""), ("postgresql", "postgres", "sqlite")
            ),
        )


def _url(name: str, value: str, schemes: tuple[str, ...]) -> str:
    """Return a URL, if its scheme is one of `schemes`. It may hold a password, so it is not shown."""
    if value and value.partition("://")[0] not in schemes:
        found = value.partition("://")[0] if "://" in value else "no URL"
        raise UsageError(f"{name}: found {found!a}; expected a URL that begins with {', '.join(schemes)}")
    return value


def _line(name: str, value: str) -> str:
    """Return a text that can be printed on one line."""
    if value and (not value.isprintable() or not value.strip() or len(value) > _LONGEST_LINE):
        raise UsageError(f"{name}: found {value[:40]!a}; expected one line of at most {_LONGEST_LINE} letters")
    return value


def _back_end(name: str) -> str:
    if name and name not in BACK_ENDS:
        close = difflib.get_close_matches(name, BACK_ENDS, n=1, cutoff=0)
        raise UsageError(f"GRADER_SANDBOX: found {name!r}; expected one of {', '.join(BACK_ENDS)}: {close[0]}?")
    return name


def cache() -> Path:
    """Return the folder of this user for what can be made anew."""
    return platformdirs.user_cache_path("grader")


def resource(name: str) -> Path:
    """Return the path of a tracked file or folder, such as `reports/templates`.

    A wheel carries them under `grader/_share`; a checkout has them at its root.
    """
    shared = _PACKAGE / "_share" / name
    return shared if shared.exists() else _PACKAGE.parent / name


def _refuse_unknown(names: Mapping[str, str]) -> None:
    """Tell all misspelt names at once."""
    problems = []
    for name in sorted(names):
        if name.startswith("GRADER_") and name not in KNOWN:
            near = difflib.get_close_matches(name, KNOWN, n=1, cutoff=0.6)
            hint = f"did you mean {near[0]}?" if near else "there are " + ", ".join(KNOWN)
            problems.append(f"{ascii(name)[1:-1]} in the environment is no setting; {hint}")
    if problems:
        raise UsageError("\n".join(problems))


def _path(name: str, value: str) -> Path:
    """Return an absolute path; `~` is the user's home."""
    try:
        path = Path(value).expanduser()
    except RuntimeError as error:
        raise UsageError(f"{name}: found {value!a}; whose home is that?") from error
    if "\0" in value:
        raise UsageError(f"{name}: found {value!a}; expected a path")
    return path.absolute()


def _image(name: str) -> str:
    """Return the name of an image, if it can be one."""
    if name and not _IMAGE.fullmatch(name):
        raise UsageError(f"GRADER_IMAGE_BASE: found {name!a}; expected the name of an image, such as python:3.11-slim")
    return name


def _roots(value: str, more: Iterable[Path]) -> tuple[Path, ...]:
    """Return the shipped folder of packs, those of GRADER_ASSIGNMENTS and those of the command line; all must exist."""
    roots = [("GRADER_ASSIGNMENTS", _path("GRADER_ASSIGNMENTS", part)) for part in value.split(os.pathsep) if part]
    roots += [("--assignments", path.absolute()) for path in more]
    for name, root in roots:
        if not root.is_dir():
            raise UsageError(f"{name}: found {str(root)!a}, which is no folder; expected a folder of packs")
    return tuple(dict.fromkeys((resource("assignments"), *(root for _, root in roots))))
