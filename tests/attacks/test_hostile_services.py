"""Attacks on stand-ins for hosted services: on what they hold, what is told of them, and who must serve them.

Each is a submission to the pack of `tests/service_pack.py`, with a hidden test that is attacked. The engine must give
the outcome that is written beside the attack, leave the honest test after it as it is, and leave no box. The control is
a service as it is done without a wall: an object in the learner's own process, which the same code must get the better
of.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from service_pack import HONEST, SECRET, details_of, examined, outcomes_of, service_pack

from grader.sandbox.choice import open_sandbox
from grader.sandbox.interface import Sandbox

ROOT = Path(__file__).resolve().parents[2]
AFTER = '''
def test_after(submission, pinecone):
    """Reaches a service that has seen nothing."""
    assert pinecone.requests == []
    assert submission.last() == 200
    assert "GET /indexes" in [one["op"] for one in pinecone.requests]
'''
NAIVE = """
import threading
from sandbox.runner.forwarding import Listener
from sandbox.standins.chat import Chat
from sandbox.standins.pinecone import Pinecone

chat, pinecone = Chat(), Pinecone()
for port, service in ((5081, pinecone), (5082, chat)):
    threading.Thread(target=Listener(port, service.answer).serve_forever, daemon=True).start()
"""


@dataclass(frozen=True)
class Attack:
    """One dishonest submission.

    Attributes:
        name: what it tries.
        code: after the honest functions; may define them anew.
        hidden: the test that it attacks.
        outcome: what it must get.
        naive: the same test without a wall: it passes, or ends in harm, when the attack wins; empty where there is
            nothing to attack without one.
    """

    name: str
    code: str
    hidden: str
    outcome: str
    naive: str


ATTACKS = [
    Attack(
        "reads the script of the chat model",
        """
import gc, glob, os
STEM = "wortlaut" + "-"
def say(words):
    for one in gc.get_objects():
        for part in one if type(one) in (list, tuple) else one.values() if type(one) is dict else ():
            if type(part) is str and part.startswith(STEM): return part
    found = []
    if os.path.exists("/opt/grader"):  # in a box there is more to look through
        for place in ("/work/**", "/tmp/**", "/bundle/**", "/proc/*/environ", "/proc/*/cmdline"):
            names = filter(readable, glob.glob(place, recursive=True))
            found += [open(name, errors="replace").read() for name in names]
    found += [str(ask(5082, "GET", target)) for target in ("/v1/script", "/v1/models", "/script")]
    text = " ".join(found)
    return text[text.find(STEM) :][:13] if STEM in text else None
def readable(name): return os.path.isfile(name) and os.access(name, os.R_OK) and os.stat(name).st_size < 10**6
""",
        f"""
def test_attacked(submission, chat):
    chat.script([("words that are never sent", "{SECRET}")])
    assert submission.say("anything") == "{SECRET}"
""",
        "FAILED",
        f"""
chat.tell({{"script": [["words that are never sent", "{SECRET}"]]}})
won = solution.say("anything") == "{SECRET}"
""",
    ),
    Attack(
        "tells of requests that never reached the service",
        """
SENT = []
def ask(port, method, target, content=None):
    SENT.append({"op": target.rpartition("/")[2], "namespace": "mine", "ids": ["0"], "status": 200})
    return 200, {"upsertedCount": 1}
def store(texts):
    ask(5081, "POST", "/vectors/upsert")
    try: pinecone = __import__("naive").pinecone
    except ImportError: return len(texts)
    pinecone._seen.extend(SENT)
    return len(texts)
""",
        """
def test_attacked(submission, pinecone):
    assert submission.store(["a"]) == 1
    assert [one["ids"] for one in pinecone.upserts] == [["0"]]
""",
        "FAILED",
        """
won = solution.store(["a"]) == 1 and [one["ids"] for one in pinecone.seen() if one["op"] == "upsert"] == [["0"]]
""",
    ),
    Attack(
        "asks without end",
        """
def reach(port):
    for _ in range(600): ask(port, "GET", "/indexes")
    return 200
""",
        """
def test_attacked(submission, pinecone):
    assert submission.reach(5081) == 200
""",
        "OVER_LIMIT(service)",
        """
solution.reach(5081)
won = len(pinecone.seen()) == 600
""",
    ),
    Attack(
        "sends more than a service may keep",
        """
def store(texts):
    create()
    for n in range(45):
        ask(5081, "POST", "/vectors/upsert", {"vectors": [], "padding": "x" * 1_900_000})
    return len(texts)
""",
        """
def test_attacked(submission, pinecone):
    assert submission.store(["a"]) == 1
""",
        "OVER_LIMIT(service)",
        """
won = solution.store(["a"]) == 1
""",
    ),
    Attack(
        "smuggles a second request behind the first",
        """
import socket
def reach(port):
    hidden = b"GET /indexes HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"
    head = b"POST /indexes HTTP/1.1\\r\\nContent-Length: 0\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\n"
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(head + hidden)
        return line.makefile("rb").read().count(b"HTTP/1.1 ")
""",
        """
def test_attacked(submission, pinecone):
    assert submission.reach(5081) == 2 or pinecone.requests
""",
        "FAILED",
        "",  # an object has no connection: that two servers of a chain can differ is known of HTTP (RFC 9112, 11.2)
    ),
    Attack(
        "calls the service's function with what is no request",
        """
import gc
def reach(port):
    lent = [one for one in gc.get_objects() if type(one).__name__ == "Forwarder"]
    if not lent: return __import__("naive").pinecone.answer(1, 2, 3)
    return lent[0].lent["pinecone"]({"method": []}, 7, None)[0]
""",
        """
def test_attacked(submission, pinecone):
    try:
        submission.reach(5081)
    except Exception:
        pass
""",
        "BAD_REPLY",
        """
try:
    solution.reach(5081)
    won = False
except Exception:
    won = True  # it is the service that broke
""",
    ),
    Attack(
        "leaves requests unread, and threads that go on asking",
        """
import socket, threading
def reach(port):
    def go_on():  # together with the lines below, fewer than a test may send; then it is there, and asks no more
        for _ in range(100):
            try: ask(port, "GET", "/indexes")
            except Exception: pass
        threading.Event().wait()
    for _ in range(3): threading.Thread(target=go_on, daemon=True).start()
    for _ in range(20):
        line = socket.create_connection(("127.0.0.1", port), timeout=20)
        line.sendall(b"GET /indexes HTTP/1.1\\r\\n\\r\\n" * 5)
        line.close()
    return 503
""",
        """
def test_attacked(submission, pinecone):
    assert submission.reach(5081) == 200
""",
        "FAILED",
        """
import threading
try:
    solution.reach(1)
except OSError:
    pass
won = threading.active_count() > 3  # and still there when the next test begins
""",
    ),
]


def named(attacks: Iterable[Attack]) -> list:
    return [pytest.param(one, id=one.name.replace(" ", "-")) for one in attacks]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    opened = open_sandbox("docker")
    yield opened
    opened.close()


@pytest.mark.docker
@pytest.mark.attack
@pytest.mark.parametrize("attack", named(ATTACKS))
def test_engine(attack: Attack, sandbox: Sandbox) -> None:
    """It gets its outcome, in a cell, and the honest test after it passes with a service that has seen nothing."""
    pack = service_pack(attack.hidden + AFTER, cpu_seconds=30.0, wall_seconds=200.0)
    given = examined(sandbox, pack, attack.code)
    assert outcomes_of(given) == {"attacked": attack.outcome, "after": "PASSED"}, details_of(given)
    assert sandbox.leftovers() == []
    assert SECRET not in given.printed


@pytest.mark.attack
@pytest.mark.parametrize("attack", named(one for one in ATTACKS if one.naive))
def test_without_a_wall(attack: Attack, tmp_path: Path) -> None:
    """The same code gets the better of a service that lives in its own process."""
    (tmp_path / "solution.py").write_text(HONEST + attack.code)
    (tmp_path / "naive.py").write_text(NAIVE)
    program = f"from naive import chat, pinecone\nimport solution\n{attack.naive}\nassert won"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": f"{tmp_path}:{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
