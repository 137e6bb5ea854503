"""The fixture `service`: requests to ASGI apps, well and badly behaved; no library and no daemon is needed for it.

The whole conversation is had (engine, proctor, box), on a back end of forks without a wall.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from forked_sandbox import ForkedSandbox
from hypothesis import given
from hypothesis import strategies as st

from grader.canonical import digest_tree
from grader.keys import PUBLISHED_SECRET
from grader.model import Assignment, Criterion, Limits, Pack, Rubric, Submission, Tests
from grader.proctor.inside.service import Headers, NotJson, Response, encoded
from grader.story import grading
from sandbox.runner.caps import TooBig
from sandbox.runner.service import MAX_BODY, Service

HONEST = b"""
import asyncio, json
started = []

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            event = await receive()
            started.append(event["type"])
            scope["state"]["count"] = 0
            await send({"type": event["type"] + ".complete"})
            if event["type"].endswith("shutdown"):
                return
    body = (await receive())["body"]
    await asyncio.sleep(0)
    scope["state"]["count"] += 1
    told = {"method": scope["method"], "path": scope["path"], "query": scope["query_string"].decode(),
            "body": body.decode(), "headers": {a.decode(): b.decode() for a, b in scope["headers"]}, "started": started}
    content = json.dumps(told).encode()
    await send({"type": "http.response.start", "status": 201, "headers": [(b"X-A", b"1"), (b"x-a", b"2")]})
    await send({"type": "http.response.body", "body": content[:5], "more_body": True})
    await send({"type": "http.response.body", "body": content[5:]})
"""
TESTS = b'''
def test_carries(service):
    """Carries a request and its response."""
    response = service.post("/a b/\\u00e9?x=1", params={"y": [1, 2]}, json={"n": 1}, headers={"X-Mine": "me"})
    told = response.json()
    assert (response.status, response.headers["x-a"], "X-A" in response.headers) == (201, "1, 2", True)
    assert (told["method"], told["path"], told["query"]) == ("POST", "/a b/\\u00e9", "x=1&y=1&y=2")
    assert told["body"] == '{"n": 1}'
    assert told["headers"]["x-mine"] == "me"
    assert told["headers"]["content-type"] == "application/json"

def test_together(service):
    """Answers in order."""
    answers = service.together([("GET", f"/{n}") for n in range(20)] + [("POST", "/p", {"form": {"a": "b c"}})])
    assert [answer.json()["path"] for answer in answers] == [*(f"/{n}" for n in range(20)), "/p"]
    assert answers[-1].json()["body"] == "a=b+c"

def test_lifespan(service, submission):
    """Starts, stops and starts again."""
    assert service.get("/").json()["started"] == ["lifespan.startup"]
    service.stop()
    assert service.get("/").json()["started"] == ["lifespan.startup", "lifespan.shutdown", "lifespan.startup"]
    assert submission.started[0] == "lifespan.startup"

def test_no_page(service, app):
    """Is no page."""
    assert app.title

def test_not_asked(service):
    """Asks nothing."""
'''


@pytest.fixture(scope="module")
def sandbox() -> Iterator[ForkedSandbox]:
    sandbox = ForkedSandbox()
    yield sandbox
    sandbox.close()


def grade(sandbox: ForkedSandbox, code: bytes, tests: bytes, isolate: str = "test") -> dict[str, str]:
    """Return the outcome of each test."""
    files = {"app.py": code}
    pack = Pack(
        slug="service",
        assignment=Assignment(
            title="s", skill="a", kind="service", files=("app.py",), limits=Limits(cpu_seconds=3, wall_seconds=5)
        ),
        rubric=Rubric(
            points=1,
            pass_mark=1,
            criteria=(Criterion(id="a", title="a", points=1, checks=("tests",)),),
            checks={"tests": Tests(kind="tests", files=("test_it.py",), isolate=isolate)},
        ),
        brief="",
        starter={},
        data={},
        hidden={"tests/test_it.py": tests},
        digest="",
        rubric_digest="",
        reference={"app.py": HONEST},
    )
    submission = Submission(files=files, digest=digest_tree(files))
    graded = grading.grade(pack, submission, sandbox=sandbox, secret=PUBLISHED_SECRET, progress=lambda _check: None)
    return {item.id.partition("::test_")[2]: item.outcome.word.value for item in graded.examined["tests"].verdict.items}


@pytest.mark.parametrize("isolate", ["test", "check", "box"])
def test_an_honest_app_is_asked(sandbox: ForkedSandbox, isolate: str) -> None:
    """Promises requests to the byte, several at once, a lifespan that runs, in a fork and without one."""
    words = grade(sandbox, HONEST, TESTS, isolate)
    expected = {"carries": "PASSED", "together": "PASSED", "not_asked": "FAILED"}
    assert {name: words[name] for name in expected} == expected
    if isolate != "check":  # there the tests before it are part of the lifespan
        assert words["lifespan"] == "PASSED"
    assert words["no_page"] != "PASSED"


# --- apps that misbehave, asked directly ------------------------------------------------------------------------------

START = {"type": "http.response.start", "status": 200, "headers": []}
BODY = {"type": "http.response.body", "body": b"x"}
REQUEST = encoded("GET", "/")
App = Callable[..., Any]


class Module:
    """A module that holds an app."""

    def __init__(self, app: App) -> None:
        self.app = app


def sending(*messages: Any) -> App:
    async def app(scope, _receive, send):
        assert scope["type"] == "http"
        for message in messages:
            await send(message)

    return app


def asked(app: App) -> dict[str, Any]:
    (response,) = Service(Module(app)).ask([REQUEST])
    return response


def test_a_response_is_what_was_sent_first() -> None:
    """Promises that an app which answers twice is taken at its first word."""
    assert asked(sending(START, BODY))["body"] == b"x"
    assert asked(sending(START, BODY, START, {**BODY, "body": b"y"})) == asked(sending(START, BODY))


@pytest.mark.parametrize(
    "messages",
    [
        (),
        (BODY,),
        ({"type": "http.response.start", "status": "200"},),
        ({"type": "http.response.start", "status": 99},),
        ({"type": "http.response.start", "status": 200, "headers": [(b"a b", b"c")]},),
        ({"type": "http.response.start", "status": 200, "headers": [(b"a", b"b\r\nc: d")]},),
        ({"type": "websocket.accept"},),
        ({},),
        ("no message",),
    ],
)
def test_what_never_began_is_a_500(messages: tuple[Any, ...]) -> None:
    """Promises what a server does: an exception, or nothing, before the response is an internal error."""
    assert asked(sending(*messages))["status"] == 500


@pytest.mark.parametrize(
    "messages",
    [
        (START,),
        (START, START),
        (START, {**BODY, "more_body": True}),
        (START, {"type": "http.response.body", "body": "text"}),
        ({**START, "headers": [(b"content-length", b"2")]}, BODY),
        ({**START, "headers": [(b"content-length", b"nine")]}, BODY),
    ],
)
def test_what_is_broken_off_is_no_response(messages: tuple[Any, ...]) -> None:
    """Promises that half a response, or other bytes than were announced, is a broken connection."""
    with pytest.raises(ConnectionError):
        asked(sending(*messages))


def test_a_body_without_end_is_too_big() -> None:
    """Promises a bound on a body, also for an app that goes on whatever it is told."""

    async def app(_scope, _receive, send):
        await send(START)
        for _ in range(20):
            try:
                await send({**BODY, "body": bytes(MAX_BODY // 8), "more_body": True})
            except TooBig:
                continue

    with pytest.raises(TooBig):
        asked(app)


def test_what_ends_a_process_ends_a_request() -> None:
    """Promises that SystemExit and the like in an app are an internal error, as in a server."""

    async def app(_scope, _receive, _send):
        raise SystemExit(3)

    assert asked(app)["status"] == 500


def test_what_is_done_after_the_response_is_waited_for() -> None:
    """Promises that background work is done when the response is there, and that the app is told of the end."""
    done = []

    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            raise NotImplementedError
        await receive()
        await send(START)
        await send(BODY)
        await asyncio.sleep(0)
        done.append((await receive())["type"])

    asked(app)
    assert done == ["http.disconnect"]


def test_head_has_no_body() -> None:
    """Promises that HEAD and 204 have no body, whatever the app sends."""
    assert Service(Module(sending(START, BODY))).ask([encoded("HEAD", "/")])[0]["body"] == b""
    assert asked(sending({**START, "status": 204}, BODY))["body"] == b""


@pytest.mark.parametrize("ending", ["failed", "raises", "foreign"])
def test_a_start_that_fails(ending: str) -> None:
    """Promises that a start that fails is the app's failure, and that an app that knows no lifespan is served."""

    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            await receive()
            if ending == "failed":
                await send({"type": "lifespan.startup.failed", "message": "no model"})
            if ending == "foreign":
                await send(START)
            raise ValueError
        await send(START)
        await send(BODY)

    if ending == "failed":
        with pytest.raises(RuntimeError, match="no model"):
            Service(Module(app))
    else:
        assert asked(app)["status"] == 200


def test_a_started_app_goes_on_in_forks() -> None:
    """Promises that each fork has the app as it started: its tasks, its pool of threads, and their calls to wake it.

    The child would wait for ever on a stock loop, whose pool is a list of the parent's threads.
    """

    async def app(scope, receive, send):
        loop = asyncio.get_running_loop()
        if scope["type"] == "lifespan":
            await loop.run_in_executor(None, len, "x")
            scope["state"]["from"] = os.getpid()
            while True:
                event = await receive()
                await send({"type": event["type"] + ".complete"})
        found = await loop.run_in_executor(None, os.getpid)
        await send({**START, "headers": [(b"same", b"%d" % (found == scope["state"]["from"]))]})
        await send(BODY)

    service = Service(Module(app))
    assert service.ask([REQUEST])[0]["headers"] == [["same", "1"]]
    for _ in range(3):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(writing, repr(service.ask([REQUEST, REQUEST])[1]["headers"]).encode())
            service.stop()
            os._exit(0)
        os.close(writing)
        assert os.read(reading, 100) == b"[['same', '0']]"
        assert os.waitpid(child, 0)[1] == 0
        os.close(reading)


# --- what the proctor makes of it -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body", [b"", b"{", b"NaN", b'{"a": 1, "a": 2}', b"\xff", b"[" * 100_000, b"9" * 5000, b'{"a": Infinity}']
)
def test_json_is_read_strictly(body: bytes) -> None:
    """Promises that what two readers could read differently, or none at all, is no JSON."""
    with pytest.raises(NotJson):
        Response(200, Headers(), body).json()
    assert Response(200, Headers(), b'{"a": [1, 2.5, null]}').json() == {"a": [1, 2.5, None]}


@given(st.text(), st.dictionaries(st.text(), st.text()))
def test_any_path_and_query_cross(path: str, params: dict[str, str]) -> None:
    """Promises a request line in ASCII for whatever an author writes."""
    path = path.encode("utf-8", "replace").decode()
    params = {
        name.encode("utf-8", "replace").decode(): text.encode("utf-8", "replace").decode()
        for name, text in params.items()
    }
    target = encoded("get", "/" + path, params=params)["target"]
    assert target.isascii()
    assert target.startswith("/")
    assert not any(char.isspace() for char in target)


def test_a_request_has_one_body() -> None:
    """Promises that an author's mistake is said, not sent."""
    with pytest.raises(ValueError, match="one body"):
        encoded("POST", "/", json={}, body=b"x")
    with pytest.raises(ValueError, match="no path"):
        encoded("GET", "health")
    with pytest.raises(TypeError):
        encoded("GET", "/", parms={})  # type: ignore[call-arg]  # a typo
    assert encoded("POST", "/", json=None)["body"] == b"null"
