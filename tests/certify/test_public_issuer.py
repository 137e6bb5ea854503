"""An issuer with a name on the web and its databases in PostgreSQL, by commands from the first key to the last.

Its site is exported into a folder and handed out by a web server with TLS, from which the names in its certificates are
resolved as their methods say: the DID document, and each status list at its id.
"""

import json
import ssl
import subprocess
import threading
import urllib.request
import uuid
from contextlib import ExitStack
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from attempts import put_graded
from command import grader
from services import database, postgresql

from grader.certify.bundle import read_bundle
from grader.credential.did import keys_of
from grader.credential.status_list import bits_of, is_set
from grader.credential.strict_json import read_object
from grader.store import Store


class QuietHandler(SimpleHTTPRequestHandler):
    """Hands out files and says nothing."""

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    """A web server with TLS over an empty folder: the folder, its address, and what fetches from it."""
    folder = tmp_path_factory.mktemp("web")
    made = tmp_path_factory.mktemp("tls")
    words = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    files = ["-keyout", made / "server.key", "-out", made / "server.pem", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run(["openssl", "req", "-x509", *words, *files], check=True, capture_output=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(folder)))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made / "server.pem", made / "server.key")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    known = ssl.create_default_context(cafile=str(made / "server.pem"))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()

    def fetch(url):
        assert url.startswith("https://")
        with urllib.request.urlopen(url, context=known, timeout=30) as answer:  # noqa: S310 - the line above
            return answer.read()

    yield folder, f"https://localhost:{server.server_address[1]}", fetch
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def house(tmp_path, web):
    """An issuer that is a folder of its host; gives what runs a command, its store, and its exported folder."""
    folder, address, _ = web
    environment = {"GRADER_ISSUER": "School of Examples", "GRADER_PUBLIC_URL": f"{address}/badges"}
    with ExitStack() as held:
        server = held.enter_context(postgresql("fsync=off"))
        for setting in ("GRADER_DATABASE_URL", "GRADER_LEDGER_URL"):
            environment[setting] = held.enter_context(database(server, uuid.uuid4().hex))

        def run(*words, code=0):
            done = grader(*words, home=tmp_path / "home", **environment)
            assert done.returncode == code, done.stdout + done.stderr
            assert "Traceback" not in done.stderr
            return done.stdout

        store = Store(tmp_path / "home", url=environment["GRADER_DATABASE_URL"])
        held.callback(store.database.close)
        yield run, store, folder / "badges"


def resolved(did, fetch):
    """The document of a did:web, fetched as its method says (W3C CCG, did:web, section 3.2)."""
    host, *folders = did.removeprefix("did:web:").split(":")
    path = "/".join(folders) or ".well-known"
    return json.loads(fetch(f"https://{host.replace('%3A', ':')}/{path}/did.json"))


@pytest.mark.services
def test_the_whole_life_of_an_issuer(house, web, tmp_path):
    """Keys, certificates, a site that resolves, other keys, a revocation, an erasure: each step as anybody sees it."""
    run, store, public = house
    fetch, trust = web[2], tmp_path / "trust.toml"
    run("keys", "new")
    for attempt, learner in (("a1", "ada"), ("a2", "bob"), ("a3", "eve")):
        put_graded(store, attempt, learner=learner)

    def certify(attempt):
        run("certify", attempt, "--name", attempt, "--out", tmp_path / attempt)
        return read_object(read_bundle((tmp_path / attempt).read_bytes()).credential)

    def publish():
        run("ledger", "export", public)
        trust.write_text(run("keys", "show", "--trust"))

    def verify(attempt, *words, code=0):
        return run("verify", tmp_path / attempt, "--trust", trust, *words, code=code)

    first = certify("a1")
    publish()
    did = first["issuer"]["id"]
    assert did.startswith("did:web:localhost%3A")
    assert first["proof"][0]["verificationMethod"] in keys_of(resolved(did, fetch), did)
    status = first["credentialStatus"]
    document = read_object(fetch(status["statusListCredential"]))
    document.pop("proof")
    assert not is_set(bits_of(document)[1], int(status["statusListIndex"]))
    assert "Established" in verify("a1")

    run("keys", "rotate", "issuer")
    run("keys", "rotate", "log")
    second = certify("a2")
    assert second["proof"][0]["verificationMethod"] != first["proof"][0]["verificationMethod"]
    publish()
    keys = keys_of(resolved(did, fetch), did)
    assert {one["proof"][0]["verificationMethod"] for one in (first, second)} <= set(keys)
    assert "gave up on" in verify("a1")
    verify("a2")

    run("revoke", "a1", "--reason", "copied")
    run("suspend", "a2", "--reason", "looked into")
    publish()
    for attempt, purpose, sentence in (("a1", "revocation", "was revoked"), ("a2", "suspension", "is suspended")):
        url = status["statusListCredential"].removesuffix("revocation") + purpose
        (tmp_path / purpose).write_bytes(fetch(url))
        assert sentence in verify(attempt, "--status", tmp_path / purpose, code=1)

    run("keys", "rotate", "issuer", "--stolen-from", "9")
    third = certify("a3")
    run("erase", "ada", "--yes")
    publish()
    keys = keys_of(resolved(did, fetch), did)
    assert third["proof"][0]["verificationMethod"] in keys
    assert second["proof"][0]["verificationMethod"] not in keys
    for attempt in ("a1", "a2", "a3"):
        verify(attempt)
    assert "sound" in run("ledger", "audit")
    vkey = next(line.split()[-1] for line in run("keys", "show").splitlines() if line.startswith("ledger"))
    (tmp_path / "old.tlog-proof").write_bytes(read_bundle((tmp_path / "a1").read_bytes()).proof)
    run("ledger", "audit", "--export", public, "--vkey", vkey, "--old", tmp_path / "old.tlog-proof")
    assert not list((tmp_path / "home").glob("*.sqlite"))


def test_keys_that_cannot_change_are_said(tmp_path):
    """Without a name on the web the issuer is its key; the ledger's can change all the same."""
    alone = {"GRADER_ISSUER": "School of Examples"}
    assert grader("keys", "new", home=tmp_path, **alone).returncode == 0
    done = grader("keys", "rotate", "issuer", home=tmp_path, **alone)
    assert done.returncode == 2
    assert "the issuer is its key" in done.stderr
    assert grader("keys", "rotate", "log", home=tmp_path, **alone).returncode == 0
    assert grader("keys", "rotate", "both", home=tmp_path, **alone).returncode == 2
    done = grader("keys", "rotate", "log", "--stolen-from", "99", home=tmp_path, **alone)
    assert done.returncode == 1
    assert "there is not yet" in done.stderr
    assert grader("keys", "show", home=tmp_path, **alone).returncode == 0
    (tmp_path / "old").write_text(grader("ledger", "show", home=tmp_path, **alone).stdout)
    size = (tmp_path / "old").read_text().splitlines()[1]
    assert grader("keys", "rotate", "log", "--stolen-from", size, home=tmp_path, **alone).returncode == 0
    told = grader("ledger", "consistency", tmp_path / "old", home=tmp_path, **alone)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "sound" in grader("ledger", "audit", home=tmp_path, **alone).stdout
