"""Redis and PostgreSQL of the tests' own: started on this machine where they are asked for, and stopped after."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg

from grader.queue.server import RedisServer

PATIENCE_SECONDS = 60
_OWNER = "postgres"


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    """Run a Redis of our own on a socket in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="grader-redis-") as folder:
        server = RedisServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def postgresql(*options: str, tls: Mapping[str, Path] | None = None, word: str = "") -> Iterator[str]:
    """Run a PostgreSQL of our own; gives the URL of its first database, on a socket.

    Args:
        options: settings of the server, such as `listen_addresses=127.0.0.1`.
        tls: files of its certificate and key, by the name of the setting.
        word: password of whoever comes over a network, which must be by TLS.
    """
    folder = Path(tempfile.mkdtemp(prefix="grader-pg-"))
    as_owner = _as_owner(folder)
    programs = newest_programs()
    data = folder / "data"
    first = folder / "word"
    first.write_text(word or "trusted", encoding="ascii")
    first.chmod(0o644)
    how = ["-D", data, "-U", "grader", "-E", "UTF8", "--no-sync", "--auth-local=trust", f"--pwfile={first}"]
    subprocess.run(
        [*as_owner, programs / "initdb", *how, "--auth-host=scram-sha-256"], check=True, stdout=subprocess.DEVNULL
    )
    if word:
        with (data / "pg_hba.conf").open("a", encoding="ascii") as rules:
            rules.write("hostssl all all all scram-sha-256\n")
    settings = [f"unix_socket_directories={folder}", "listen_addresses=", *options]
    for name, source in (tls or {}).items():
        copy = Path(shutil.copy(source, folder / source.name))
        copy.chmod(0o600)
        shutil.chown(copy, *folder_owner(folder))
        settings.append(f"{name}={copy}")
    command = [*as_owner, programs / "postgres", "-D", data, *(part for one in settings for part in ("-c", one))]
    with (folder / "log").open("w") as log, subprocess.Popen(command, stdout=log, stderr=log) as server:
        try:
            port = next((one.partition("=")[2] for one in options if one.startswith("port=")), "5432")
            url = f"postgresql://grader@/postgres?host={folder}&port={port}"
            _await_answer(url, server)
            yield url
        finally:
            server.terminate()
            server.wait()
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database(url: str, name: str) -> Iterator[str]:
    """Make an empty database in a server, and drop it after."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'create database "{name}" template template0')  # type: ignore[arg-type]
    yield url.replace("/postgres?", f"/{name}?")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'drop database "{name}" with (force)')  # type: ignore[arg-type]


def free_port() -> int:
    """Return a port of this machine that nobody listens to."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def newest_programs() -> Path:
    """Return the folder of PostgreSQL's programs; Debian keeps them off PATH, a folder for each version."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))
    assert folders, "PostgreSQL is not here: apt-get install postgresql (make setup does it for the tests)"
    return folders[-1]


def folder_owner(folder: Path) -> tuple[int, int]:
    """Return user and group of a folder."""
    about = folder.stat()
    return about.st_uid, about.st_gid


def _as_owner(folder: Path) -> list[str]:
    """Return the command that becomes who may run PostgreSQL: anybody but root."""
    if os.geteuid() != 0:
        return []
    owner = pwd.getpwnam(_OWNER)
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    return ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]


def _await_answer(url: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            assert server.poll() is None, "PostgreSQL ended before it answered"
            assert time.monotonic() < end, "PostgreSQL does not answer"
            time.sleep(0.05)
        else:
            return
