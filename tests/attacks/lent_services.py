"""The pack that attacks on stand-ins are thrown at: one hidden test that is attacked, and an honest one after it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from grader.canonical import digest_tree
from grader.keys import PUBLISHED_SECRET
from grader.model import Assignment, Criterion, Limits, Pack, Rubric, Submission, Tests
from grader.sandbox.interface import Sandbox
from grader.story.grading import grade

SECRET = "wortlaut-81c2"  # noqa: S105 - a word to be found, no password
"""Stands in the script of the chat model."""
POINTS = Fraction(10)

HONEST = """
import http.client, json

def ask(port, method, target, content=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, target, json.dumps(content) if content is not None else None)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, json.loads(text) if text else None

def create():
    field = {"type": "dense_vector", "dimension": 2, "metric": "cosine"}
    ask(5081, "POST", "/indexes", {"name": "notes", "schema": {"fields": {"_values": field}}})

def last():
    connection = http.client.HTTPConnection("127.0.0.1", 5081, timeout=30)
    connection.request("GET", "/indexes")
    return connection.getresponse().status
"""
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


def service_pack(hidden: str) -> Pack:
    """Return a pack of one check, with both services."""
    files = {"tests/test_it.py": hidden.encode()}
    check = Tests(kind="tests", files=("test_it.py",))
    criterion = Criterion(id="it", title="It", points=POINTS, checks=("it",))
    return Pack(
        slug="attacked",
        assignment=Assignment(
            title="Attacked",
            skill="nlp/rag",
            kind="module",
            files=("solution.py",),
            services=("chat", "pinecone"),
            limits=Limits(cpu_seconds=30.0, wall_seconds=200.0),
        ),
        rubric=Rubric(points=POINTS, pass_mark=POINTS, criteria=(criterion,), checks={"it": check}),
        brief="# Attacked\n",
        starter={},
        data={},
        hidden=files,
        digest=digest_tree(files),
        rubric_digest="",
        reference={"solution.py": HONEST.encode()},
    )


def graded(sandbox: Sandbox, code: str, hidden: str) -> Any:
    """Have a submission graded, and return what the one check gave."""
    files = {"solution.py": f"{HONEST}\n{code}".encode()}
    done = grade(
        service_pack(hidden),
        Submission(files=files, digest=digest_tree(files)),
        sandbox=sandbox,
        secret=PUBLISHED_SECRET,
        progress=lambda _: None,
        tenancy="cell",
    )
    (examined,) = done.examined.values()
    return examined


def outcomes_of(examined: Any) -> dict[str, str]:
    """Return the outcome of each test, by its short name."""
    return {item.id.rpartition("::test_")[2]: str(item.outcome) for item in examined.verdict.items}
