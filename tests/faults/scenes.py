"""The two installations that are put to the test, each with what can be killed in it."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Self

import redis
from crews import Crew, kill
from services import database, free_port, postgresql

from grader.queue.server import RedisServer

HOSTS = {"one": "10.231.17", "two": "10.231.18"}
"""Name spaces of the second scene, and the networks between each and this machine (RFC 1918)."""


class Scene:
    """An installation of the test's own.

    Args:
        folder: for all that it writes.
        docker: URL of the Docker engine that grades.
        secret: of the installation.

    Attributes:
        secret: the file that holds it.
        environment: settings of whoever submits.
        crews: who grades, not started yet.
        processes: workers of each crew.
        cells: whether boxes share containers there.
    """

    name = ""
    cells = True
    processes = 2
    crews: list[Crew]

    def __init__(self, folder: Path, docker: str, secret: bytes) -> None:
        self.folder = folder
        self.secret = folder / "secret"
        self.secret.write_bytes(secret)
        self.secret.chmod(0o600)
        self.environment: dict[str, str] = {"GRADER_HOME": str(folder / "desk"), "GRADER_SECRET_FILE": str(self.secret)}
        self.docker = docker
        self.held = ExitStack()

    def __enter__(self) -> Self:
        """Start its services."""
        with ExitStack() as starting:
            starting.callback(self.held.close)
            self.open()
            starting.pop_all()
        return self

    def __exit__(self, *_exception: object) -> None:
        """Stop them, and kill what is still at work."""
        for crew in self.crews:
            if crew.process is not None and crew.process.poll() is None:
                kill(crew.process.pid)
                crew.process.wait()
        self.held.close()

    def open(self) -> None:
        """Start its services, and say who would work there."""
        raise NotImplementedError

    def kill_redis(self) -> None:
        """Kill Redis, and start it again, empty."""
        raise NotImplementedError

    def flush(self) -> None:
        """Empty Redis."""
        with redis.Redis.from_url(self.environment["GRADER_REDIS_URL"]) as connection:
            connection.flushall()

    def crew(self, name: str, before: tuple[str, ...] = (), **settings: str) -> Crew:
        """Return a crew with a home of its own, or that of whoever submits."""
        environment = {**os.environ, **self.environment, "DOCKER_HOST": self.docker, **settings}
        return Crew(environment, self.folder / f"{name}.log", before)


class OneMachine(Scene):
    """SQLite, a Redis on a socket, one crew."""

    name = "one-machine"

    def open(self) -> None:
        """Start Redis."""
        self._redis = RedisServer(self.folder / "r")
        self._redis.start()
        self.held.callback(self._redis.stop)
        self.environment["GRADER_REDIS_URL"] = self._redis.url
        self.crews = [self.crew("crew")]

    def kill_redis(self) -> None:
        """Kill Redis, and start it again, empty."""
        kill(self._redis.pid)
        self._redis.wait()
        self._redis.start()


class TwoHosts(Scene):
    """PostgreSQL and Redis over TLS with passwords, a crew in each of two network name spaces."""

    name = "two-hosts"
    cells = False
    processes = 1

    def open(self) -> None:
        """Start the network, the certificates, PostgreSQL and Redis."""
        _remove_spaces_of_the_dead()
        for host, network in HOSTS.items():
            self._network(host, network)
        addresses = [f"{network}.1" for network in HOSTS.values()]
        authority = _certificates(self.folder / "tls", addresses)
        words = [secrets.token_urlsafe(16) for _ in range(2)]
        self._start_redis(addresses, authority, words[0])
        self._start_postgresql(addresses, authority, words[1])
        urls = [self._urls(address, authority, words) for address in addresses]
        self.environment |= urls[0]
        self.crews = [
            self.crew(host, ("ip", "netns", "exec", _space(host)), **url, GRADER_HOME=str(self.folder / host))
            for host, url in zip(HOSTS, urls, strict=True)
        ]

    def kill_redis(self) -> None:
        """Kill Redis, and start it again, empty."""
        kill(self._redis.pid)
        self._redis.wait()
        self._run_redis()

    def _network(self, host: str, network: str) -> None:
        """Make a name space with a way to this machine and to nowhere else."""
        space = _space(host)
        outer, inner = f"g{os.getpid() % 100000}{host[0]}0", f"g{os.getpid() % 100000}{host[0]}1"
        self.held.callback(_ip, "netns", "delete", space)
        for words in (
            ("netns", "add", space),
            ("link", "add", outer, "type", "veth", "peer", "name", inner, "netns", space),
            ("address", "add", f"{network}.1/30", "dev", outer),
            ("link", "set", outer, "up"),
            ("-n", space, "address", "add", f"{network}.2/30", "dev", inner),
            ("-n", space, "link", "set", inner, "up"),
            ("-n", space, "link", "set", "lo", "up"),
        ):
            _ip(*words)

    def _start_redis(self, addresses: list[str], authority: Path, word: str) -> None:
        self._redis_port = free_port()
        tls = authority.parent
        self._redis_command = [
            *("redis-server", "--port", "0", "--tls-port", str(self._redis_port), "--bind", *addresses),
            *("--tls-cert-file", str(tls / "server.pem"), "--tls-key-file", str(tls / "server.key")),
            *("--tls-ca-cert-file", str(authority), "--tls-auth-clients", "no", "--requirepass", word),
            *(
                "--save",
                "",
                "--appendonly",
                "no",
                "--dir",
                str(self.folder),
                "--logfile",
                str(self.folder / "redis.log"),
            ),
        ]
        self._redis_url = f"rediss://:{word}@{addresses[0]}:{self._redis_port}/0?ssl_ca_certs={authority}"
        self._run_redis()
        self.held.callback(self._end_redis)

    def _run_redis(self) -> None:
        self._redis = subprocess.Popen(self._redis_command, stdin=subprocess.DEVNULL)

        def answers() -> bool:
            with redis.Redis.from_url(self._redis_url) as connection:
                return bool(connection.ping())

        _until(answers, redis.RedisError)

    def _end_redis(self) -> None:
        self._redis.terminate()
        self._redis.wait()

    def _start_postgresql(self, addresses: list[str], authority: Path, word: str) -> None:
        self._postgresql_port = free_port()
        local = self.held.enter_context(
            postgresql(
                f"listen_addresses={','.join(addresses)}",
                f"port={self._postgresql_port}",
                "fsync=off",
                "ssl=on",
                tls={"ssl_cert_file": authority.parent / "server.pem", "ssl_key_file": authority.parent / "server.key"},
                word=word,
            )
        )
        self.held.enter_context(database(local, "grader"))

    def _urls(self, address: str, authority: Path, words: list[str]) -> Mapping[str, str]:
        """Return the settings of a host that knows the services by an address."""
        return {
            "GRADER_REDIS_URL": f"rediss://:{words[0]}@{address}:{self._redis_port}/0?ssl_ca_certs={authority}",
            "GRADER_DATABASE_URL": (
                f"postgresql://grader:{words[1]}@{address}:{self._postgresql_port}/grader"
                f"?sslmode=verify-full&sslrootcert={authority}"
            ),
        }


SCENES: dict[str, type[Scene]] = {scene.name: scene for scene in (OneMachine, TwoHosts)}


def _space(host: str) -> str:
    return f"grader-{os.getpid()}-{host}"


def _remove_spaces_of_the_dead() -> None:
    """Remove what a killed run left: its networks have the addresses that ours will have."""
    said = subprocess.run(["ip", "netns", "list"], check=True, capture_output=True, text=True).stdout
    for space in (line.split()[0] for line in said.splitlines() if line.startswith("grader-")):
        if not Path(f"/proc/{space.split('-')[1]}").exists():
            _ip("netns", "delete", space)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)


def _certificates(folder: Path, addresses: list[str]) -> Path:
    """Make an authority of the test's own, and a certificate for the addresses; returns the authority's."""
    folder.mkdir()
    names = ",".join(f"IP:{address}" for address in addresses)
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
    _openssl(folder, "req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=grader faults")
    _openssl(folder, "req", *key[:-2], "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=server")
    (folder / "names").write_text(f"subjectAltName={names}\n", encoding="ascii")
    signing = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names")
    _openssl(folder, "x509", "-req", "-in", "server.csr", "-out", "server.pem", *signing)
    return folder / "ca.pem"


def _openssl(folder: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


def _until(done: Callable[[], bool], passing: type[Exception], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            if done():
                return
        except passing:
            if time.monotonic() > end:
                raise
        time.sleep(0.05)


if shutil.which("ip") is None:
    sys.exit("error: ip is not installed\n  try: apt-get install iproute2")
