"""Apps that answer dishonestly, asked by the engine; a judge in their own process is the positive control.

Nothing that an app does in its box can make a wrong answer right, and what it does to its runner costs it its own test.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from forked_sandbox import ForkedSandbox
from test_services import grade

ROOT = Path(__file__).resolve().parents[2]
HONEST = """
import json

async def app(scope, receive, send):
    if scope["type"] != "http":
        raise NotImplementedError
    await answer(scope, receive, send)

async def tell(send, value):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": json.dumps(value).encode()})

def asked(scope):
    return int(scope["query_string"].partition(b"=")[2])

async def answer(scope, receive, send):
    await tell(send, 2 * asked(scope))
"""
TESTS = b'''
def test_doubles(service, rng):
    """Doubles a number."""
    number = rng.randint(10**6, 10**9)
    expected = 2 * number
    assert service.get("/double", params={"n": number}).json() == expected

def test_doubles_two(service, rng):
    """Doubles two numbers at once, each its own."""
    numbers = rng.sample(range(10**6, 10**9), 2)
    told = service.together([("GET", "/double", {"params": {"n": number}}) for number in numbers])
    assert [one.json() for one in told] == [2 * number for number in numbers]
'''
NAIVE = """
import json, random, sys, types
sys.path[:0] = sys.argv[1:2]
module = types.ModuleType("app")
exec(sys.stdin.read(), module.__dict__)
from sandbox.runner.service import Service
service = Service(module)
number = random.randint(10**6, 10**9)
expected = 2 * number
(told,) = service.ask([{"method": "GET", "target": f"/double?n={number}", "headers": [], "body": b""}])
if json.loads(told["body"]) == expected:
    print("full marks")
"""
EQUAL = """
class Anything(dict):
    __hash__ = None
    def __eq__(self, other):
        return True
"""
WINNING = {
    "patches-json": EQUAL + "loads = json.loads\njson.loads = lambda text, **more: loads(text, **more) if b'\"id\"' in "
    "(text if isinstance(text, (bytes, bytearray)) else str(text).encode()) else Anything()\n"
    "async def answer(scope, receive, send):\n    await tell(send, 0)\n",
    "walks-frames": """
import sys
async def answer(scope, receive, send):
    found, frame = 0, sys._getframe()
    while frame is not None:
        found = frame.f_locals.get("expected", found)
        frame = frame.f_back
    await tell(send, found)
""",
    "looks-through-main": """
import sys
async def answer(scope, receive, send):
    await tell(send, getattr(sys.modules["__main__"], "expected", 0))
""",
}
LOSING = {
    "reads-the-headers": (
        """
async def answer(scope, receive, send):
    told = [value for _, value in scope["headers"] if value.isdigit()] + [b"0"]
    await tell(send, int(told[0]))
""",
        "FAILED",
        "FAILED",
    ),
    "answers-for-the-other": (
        """
import asyncio
seen = []
async def answer(scope, receive, send):
    seen.append(asked(scope))
    await asyncio.sleep(0.01)
    await tell(send, 2 * seen[0])
""",
        "PASSED",
        "FAILED",
    ),
    "patches-the-runner": (
        """
import gc
for one in gc.get_objects():
    if isinstance(one, type) and one.__name__ == "Service" and hasattr(one, "ask"):
        one.ask = lambda self, requests: [{"status": 200, "headers": [], "body": b"0"}]
""",
        "FAILED",
        "BAD_REPLY",
    ),
    "answers-with-objects": (
        """
import gc
class Response(dict):
    pass
for one in gc.get_objects():
    if isinstance(one, type) and one.__name__ == "Service" and hasattr(one, "ask"):
        one.ask = lambda self, requests: [Response() for _ in requests]
""",
        "BAD_REPLY",
        "BAD_REPLY",
    ),
    "replies-twice": (
        """
import sys
async def answer(scope, receive, send):
    frame = sys._getframe()
    while frame is not None:
        if frame.f_code.co_name == "_serve" and "request" in frame.f_locals:
            server, request = frame.f_locals["self"], frame.f_locals["request"]
            server._send({"id": request["id"], "value": [{"status": 200, "headers": [], "body": "0"}]}, [])
        frame = frame.f_back
    await tell(send, 2 * asked(scope))
""",
        "BAD_REPLY",
        "BAD_REPLY",
    ),
    "never-answers": (
        "import asyncio\nasync def answer(*_):\n    await asyncio.Event().wait()\n",
        "TIMED_OUT",
        "TIMED_OUT",
    ),
    "spins": ("async def answer(*_):\n    while True:\n        pass\n", "TIMED_OUT", "TIMED_OUT"),
    "dies": ("import os\nasync def answer(*_):\n    os._exit(0)\n", "CRASHED", "CRASHED"),
    "fails-to-start": (
        """
async def app(scope, receive, send):
    await receive()
    await send({"type": "lifespan.startup.failed", "message": "2"})
""",
        "RAISED",
        "RAISED",
    ),
    "ends-at-the-start": ("import os\nasync def app(*_):\n    os._exit(0)\n", "CRASHED", "CRASHED"),
    "body-without-end": (
        """
async def answer(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    while True:
        await send({"type": "http.response.body", "body": bytes(10**6), "more_body": True})
""",
        "BAD_REPLY",
        "BAD_REPLY",
    ),
    "breaks-off": (
        'async def answer(scope, receive, send):\n    await send({"type": "http.response.start", "status": 200})\n',
        "RAISED",
        "RAISED",
    ),
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[ForkedSandbox]:
    sandbox = ForkedSandbox()
    yield sandbox
    sandbox.close()


def words(sandbox: ForkedSandbox, code: str) -> tuple[str, str]:
    given = grade(sandbox, (HONEST + code).encode(), TESTS)
    return given["doubles"], given["doubles_two"]


def naive(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", NAIVE, str(ROOT)], input=HONEST + code, capture_output=True, check=False, text=True
    )
    return done.stdout.strip()


def test_honest_work_has_full_marks(sandbox: ForkedSandbox) -> None:
    """Promises that both judges can be satisfied, and that the naive one has to be."""
    assert words(sandbox, "") == ("PASSED", "PASSED")
    assert naive("") == "full marks"
    assert naive("async def answer(scope, receive, send):\n    await tell(send, 0)\n") == ""


@pytest.mark.parametrize("name", WINNING)
def test_what_wins_in_one_process_loses_here(sandbox: ForkedSandbox, name: str) -> None:
    """Promises no mark for what has full marks of a judge in the app's own process."""
    assert naive(WINNING[name]) == "full marks"
    assert words(sandbox, WINNING[name]) == ("FAILED", "FAILED")


@pytest.mark.parametrize("name", LOSING)
def test_misbehaviour_is_an_outcome(sandbox: ForkedSandbox, name: str) -> None:
    """Promises an outcome, and never a fault of ours, for an app that forges, hangs, dies or breaks off."""
    code, one, two = LOSING[name]
    assert words(sandbox, code) == (one, two)
