"""A pack whose learner speaks to stand-ins, by the standard library alone, and honest work on it.

The wall's tests have it graded as it is; attacks bring a hidden test and dishonest work of their own.
"""

from __future__ import annotations

from fractions import Fraction

from grader.canonical import digest_tree
from grader.checks import Examined
from grader.keys import PUBLISHED_SECRET
from grader.model import Assignment, Criterion, Limits, Pack, Rubric, Submission, Tenancy, Tests
from grader.sandbox.interface import Sandbox
from grader.story.grading import grade

POINTS = Fraction(10)
SECRET = "wortlaut-81c2"  # noqa: S105 - a word to be found, no password
"""Stands in the script of the chat model, and nowhere that a learner's code runs."""

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

def store(texts):
    create()
    vectors = [{"id": str(n), "values": [1, n], "metadata": {"text": text}} for n, text in enumerate(texts)]
    return ask(5081, "POST", "/vectors/upsert", {"vectors": vectors, "namespace": "mine"})[1]["upsertedCount"]

def nearest(vector):
    found = ask(5081, "POST", "/query", {"vector": vector, "topK": 1, "namespace": "mine", "includeMetadata": True})
    return [match["metadata"]["text"] for match in found[1]["matches"]]

def say(words):
    answer = ask(5082, "POST", "/v1/chat/completions", {"messages": [{"role": "user", "content": words}]})
    return answer[1]["choices"][0]["message"]["content"] if answer[0] == 200 else None

def reach(port):
    try: return ask(port, "GET", "/indexes")[0]
    except OSError: return None

def last():
    # by itself, whatever has become of the others
    connection = http.client.HTTPConnection("127.0.0.1", 5081, timeout=30)
    connection.request("GET", "/indexes")
    return connection.getresponse().status
"""
HIDDEN = f'''
def test_stores(submission, pinecone, rng):
    """Stores each text once."""
    texts = [str(rng.random()) for _ in range(3)]
    assert submission.store(texts) == 3
    assert [one.metadata["text"] for one in pinecone.vectors("mine").values()] == texts
    assert [one["namespace"] for one in pinecone.upserts] == ["mine"]
    assert pinecone.vectors() == {{}}

def test_finds(submission, pinecone):
    """Finds the nearest text."""
    submission.store(["north", "east"])
    assert submission.nearest([0, 1]) == ["east"]
    assert [(one["ids"], one["top_k"]) for one in pinecone.queries] == [(["1"], 1)]

def test_begins_anew(submission, pinecone):
    """Finds nothing of the test before."""
    assert submission.nearest([0, 1]) == [] if pinecone.requests else True
    assert submission.reach(5081) == 200
    assert [one["op"] for one in pinecone.requests] == ["GET /indexes"]

def test_speaks(submission, chat, rng):
    """Sends the words, and gives the answer."""
    words = str(rng.random())
    chat.script([(words, "{SECRET}"), "in turn"])
    assert submission.say("what is " + words) == "{SECRET}"
    assert submission.say("something else") == "in turn"
    assert chat.prompts == ["what is " + words, "something else"]

def test_has_nothing_left(submission, chat):
    """Takes a refusal."""
    assert submission.say("hello") == None
    assert [one["answer"] for one in chat.exchanges] == [None]

def test_has_no_service(submission):
    """Reaches no service that the test does not have."""
    assert submission.reach(5081) in (None, 503)
'''


def service_pack(hidden: str = HIDDEN, isolate: str = "test", **limits: float) -> Pack:
    """Return a pack of one check, with both services."""
    assignment = Assignment(
        title="Speaks to services",
        skill="nlp/rag",
        kind="module",
        files=("solution.py",),
        services=("chat", "pinecone"),
        limits=Limits(**{"cpu_seconds": 5.0, "wall_seconds": 30.0, **limits}),
    )
    files = {"tests/test_services.py": hidden.encode()}
    check = Tests(kind="tests", files=("test_services.py",), isolate=isolate)
    criterion = Criterion(id="services", title="Speaks", points=POINTS, checks=("services",))
    return Pack(
        slug="services",
        assignment=assignment,
        rubric=Rubric(points=POINTS, pass_mark=POINTS, criteria=(criterion,), checks={"services": check}),
        brief="# Services\n",
        starter={},
        data={},
        hidden=files,
        digest=digest_tree(files),
        rubric_digest="",
        reference={"solution.py": HONEST.encode()},
    )


def handed_in(code: str = "") -> Submission:
    """Return honest work, and what comes after it."""
    files = {"solution.py": f"{HONEST}\n{code}".encode()}
    return Submission(files=files, digest=digest_tree(files))


def examined(sandbox: Sandbox, pack: Pack, code: str = "", tenancy: Tenancy = "cell") -> Examined:
    """Have honest work and what comes after it graded, and return what the one check gave."""
    done = grade(
        pack, handed_in(code), sandbox=sandbox, secret=PUBLISHED_SECRET, progress=lambda _: None, tenancy=tenancy
    )
    (given,) = done.examined.values()
    return given


def outcomes_of(given: Examined) -> dict[str, str]:
    """Return the outcome of each test, by its short name."""
    return {item.id.rpartition("::test_")[2]: str(item.outcome) for item in given.verdict.items}


def details_of(given: Examined) -> list[str]:
    """Return what an author is told of each test, to be read when a test of ours fails."""
    return [item.detail[-1500:] for item in given.verdict.items]
