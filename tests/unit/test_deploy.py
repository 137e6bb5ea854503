"""What is in deploy/ fits the program, and certificates.sh makes what the servers and their clients need.

There is no YAML library among the development packages, so facts about compose.yaml are read as lines of text.
"""

from __future__ import annotations

import re
import ssl
import stat
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer

from grader import settings
from grader.cli.commands import app, load_all

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
FILES = sorted(path for path in DEPLOY.iterdir() if path.is_file() and path.name != ".env")
COMPOSE = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs" / "guides" / "many-hosts.md").read_text(encoding="utf-8")

NAME = re.compile(r"\bGRADER_[A-Z_]+")
COMMAND = re.compile(r'"grader", "(\w+)"((?:, "[^"]*")*)')
SAID = re.compile(r"(?:^|`|worker )grader ((?:images )?[a-z]+)")
KEY = re.compile(r"^  ([\w.]+):$", re.MULTILINE)


def block(text: str, key: str, indent: str = "") -> str:
    """Return what stands under a key of YAML, without comments."""
    found = re.search(rf"^{indent}{re.escape(key)}:.*\n((?:{indent} +.*\n|{indent} *#.*\n|\n)*)", text, re.MULTILINE)
    assert found, f"there is no {key}"
    return re.sub(r"^\s*#.*\n", "", found[1], flags=re.MULTILINE)


def commands(program: Any, path: str = "") -> set[str]:
    """Return every command of the program, such as `images save`."""
    inner = getattr(program, "commands", {})
    return {path} - {""} | {name for key, one in inner.items() for name in commands(one, f"{path} {key}".strip())}


@pytest.fixture(scope="module")
def program() -> Any:
    load_all()
    return typer.main.get_command(app)


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_setting_that_is_named_is_one(path):
    """A misspelt name would be refused when the worker starts, and here it is found before."""
    assert set(NAME.findall(path.read_text(encoding="utf-8"))) <= set(settings.KNOWN)


def test_every_value_that_compose_asks_for_is_in_the_example():
    """Whoever fills in the example has filled in everything."""
    asked = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", COMPOSE))
    example = (DEPLOY / "env.example").read_text(encoding="utf-8")
    assert asked == set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE))


@pytest.mark.parametrize("name", ["compose.yaml", "Dockerfile"])
def test_the_command_that_is_started_exists_with_its_options(name, program):
    found = COMMAND.findall((DEPLOY / name).read_text(encoding="utf-8"))
    assert found
    for command, rest in found:
        options = {option for parameter in program.commands[command].params for option in parameter.opts}
        assert {word for word in re.findall(r'"([^"]*)"', rest) if word.startswith("--")} <= options


def test_every_command_that_is_named_exists(program):
    """In what deploy/ says, and in what the guide has a reader type."""
    lines = [line for path in FILES for line in path.read_text(encoding="utf-8").splitlines()]
    typed = re.findall(r"^```sh\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
    lines += [line for part in typed for line in part.splitlines()]
    named = {found for line in lines for found in SAID.findall(line)}
    assert {"images load", "images save", "queue"} <= named
    assert named <= commands(program)


# --- compose.yaml, by its text ----------------------------------------------------------------------------------------


def test_compose_has_these_services_and_a_file_for_every_secret():
    services, given = block(COMPOSE, "services"), set(KEY.findall(block(COMPOSE, "secrets")))
    assert KEY.findall(services) == ["redis", "postgres", "worker"]
    asked = re.findall(r"^    secrets: \[(.*)\]$", services, re.MULTILINE)
    assert {name.strip() for line in asked for name in line.split(",")} == given
    used = set(re.findall(r"/run/secrets/([\w.]+)", services))
    assert used <= given


def test_services_speak_tls_and_ask_for_a_password():
    redis, postgres = (block(COMPOSE, name, "  ") for name in ("redis", "postgres"))
    assert '"--port", "0"' in redis
    assert "requirepass" in redis
    assert "ssl=on" in postgres
    rules = [line.split() for line in (DEPLOY / "pg_hba.conf").read_text(encoding="ascii").splitlines()]
    assert {rule[0] for rule in rules if rule and rule[0] != "#"} == {"local", "hostssl"}


def test_a_worker_measures_boxes_from_outside():
    """Without any one of these a host grades with less than others do."""
    worker = block(COMPOSE, "worker", "  ")
    wanted = "pid: host|cgroup: host|uts: host|cap_add: [SYS_PTRACE]|/sys/fs/cgroup:/sys/fs/cgroup:ro|docker.sock:"
    for line in wanted.split("|"):
        assert line in worker
    assert "/health" in worker
    assert "restart: unless-stopped" in worker


def test_nothing_is_published_to_the_world_by_default():
    ports = re.findall(r"^    ports: \[(.*)\]$", COMPOSE, re.MULTILINE)
    assert len(ports) == 3
    assert all(re.search(r"^\"\$\{[A-Z_]+:-127\.0\.0\.1\}:", port) for port in ports)


# --- what the image is installed from ---------------------------------------------------------------------------------


def locked(*packages: str) -> str:
    return subprocess.run(
        [sys.executable, DEPLOY / "locked.py", *packages], check=True, capture_output=True, text=True
    ).stdout


def test_the_image_gets_what_grader_needs_with_hashes_and_no_tools():
    text = locked()
    entries = re.split(r"^(?=\w)", text, flags=re.MULTILINE)[1:]
    names = {re.split(r"[=\s]", entry)[0] for entry in entries}
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    assert {re.split(r"[\[><=]", one)[0] for one in asked} <= names
    assert {"psycopg-binary", "pydantic-core", "urllib3"} <= names  # which only others ask for
    assert not names & {"pytest", "mypy", "playwright", "numpy", "hatchling"}
    assert all("--hash=sha256:" in entry for entry in entries)


def test_a_package_that_is_not_locked_is_told():
    done = subprocess.run(
        [sys.executable, DEPLOY / "locked.py", "leftpad"], check=False, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "requirements.lock has no leftpad" in done.stderr


# --- certificates -----------------------------------------------------------------------------------------------------

NAMES = ("redis", "first.example.org", "10.0.0.11", "fd00::11")


def make(folder: Path, server: str, *names: str) -> subprocess.CompletedProcess[str]:
    command = [DEPLOY / "certificates.sh", folder, server, *names]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def openssl(*words: str | Path) -> str:
    return subprocess.run(["openssl", *words], check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """An authority, and the certificates of two servers."""
    folder = tmp_path_factory.mktemp("deploy") / "secrets"
    for server in ("redis", "postgres"):
        done = make(folder, server, *NAMES)
        assert done.returncode == 0, done.stderr
    return folder


def test_both_servers_have_certificates_of_one_authority_for_their_names(made):
    assert sorted(path.name for path in made.iterdir()) == sorted(
        "ca.key ca.pem redis.key redis.pem postgres.key postgres.pem".split()
    )
    for server in ("redis", "postgres"):
        certificate = made / f"{server}.pem"
        openssl("verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", made / "ca.pem", certificate)
        stated = openssl("x509", "-in", certificate, "-noout", "-ext", "subjectAltName")
        assert re.findall(r"(DNS|IP Address):([^,\s]+)", stated) == [
            ("DNS", "redis"),
            ("DNS", "first.example.org"),
            ("IP Address", "10.0.0.11"),
            ("IP Address", "FD00:0:0:0:0:0:0:11"),
        ]
    assert (made / "redis.key").read_bytes() != (made / "postgres.key").read_bytes()


def test_keys_are_their_owners_only(made):
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in made.iterdir()}
    assert {mode for name, mode in modes.items() if name.endswith(".key")} == {0o600}
    assert {mode for name, mode in modes.items() if name.endswith(".pem")} == {0o644}


@pytest.mark.parametrize(("name", "well"), [("first.example.org", True), ("10.0.0.11", True), ("elsewhere", False)])
def test_a_client_believes_the_server_by_its_names_only(made, name, well):
    """As Redis' client and libpq with verify-full do it, in memory."""
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context(cafile=made / "ca.pem")
    server.load_cert_chain(made / "redis.pem", made / "redis.key")
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = client.wrap_bio(back, there, server_hostname=name), server.wrap_bio(there, back, server_side=True)

    def shake() -> None:
        for _ in range(4):
            for end in ends:
                try:
                    end.do_handshake()
                except ssl.SSLWantReadError:
                    continue

    if well:
        shake()
        assert ends[0].version() == "TLSv1.3"
    else:
        with pytest.raises(ssl.SSLCertVerificationError, match="not valid for 'elsewhere'"):
            shake()


def test_again_changes_nothing_and_other_names_are_refused(made):
    before = {path.name: path.read_bytes() for path in made.iterdir()}
    again, other, fewer = make(made, "redis", *NAMES), make(made, "redis", "other"), make(made, "redis", *NAMES[:2])
    assert again.returncode == 0
    assert "is there already, for these names" in again.stdout
    for refused in (other, fewer):
        assert refused.returncode == 1
        assert "move both away" in refused.stderr
    assert {path.name: path.read_bytes() for path in made.iterdir()} == before


@pytest.mark.parametrize(
    ("left", "said"),
    [("ca.key", "only one of"), ("redis.key", "or its key is there already")],
)
def test_half_of_a_pair_is_never_made_whole_by_guessing(tmp_path, left, said):
    (tmp_path / left).write_text("a key", encoding="ascii")
    done = make(tmp_path, "redis", "redis")
    assert done.returncode == 1
    assert said in done.stderr
    assert (tmp_path / left).read_text(encoding="ascii") == "a key"
    assert not (tmp_path / "redis.pem").exists()


@pytest.mark.parametrize("words", [("redis",), ("../redis", "redis"), ("ca", "redis"), ("redis", "a,DNS:b")])
def test_wrong_words_are_refused(tmp_path, words):
    done = make(tmp_path / "secrets", *words)
    assert done.returncode in {1, 2}
    assert not (tmp_path / "secrets").exists()
