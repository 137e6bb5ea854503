"""The stand-ins for hosted services, asked over HTTP by the standard library's client, as any client asks them."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any

import pytest

from sandbox.runner.forwarding import MOST_BODY, Listener
from sandbox.standins import Full
from sandbox.standins.chat import Chat
from sandbox.standins.conversation import Serving
from sandbox.standins.pinecone import MOST_SEEN, Pinecone
from sandbox.standins.vectors import MOST_NUMBERS, Namespace

SECOND = b"GET /indexes HTTP/1.1\r\n\r\n"
FIELD = {"type": "dense_vector", "dimension": 2, "metric": "cosine"}
NEW = {"name": "notes", "schema": {"fields": {"_values": FIELD}}}


class Asking:
    """A client of a service at a port of this machine."""

    def __init__(self, service: Any) -> None:
        self.service = service
        self.listener = Listener(0, service.answer)
        threading.Thread(target=self.listener.serve_forever, daemon=True).start()

    def __call__(self, method: str, target: str, content: Any = None) -> tuple[int, Any]:
        connection = HTTPConnection("127.0.0.1", self.listener.server_port, timeout=30)
        connection.request(method, target, None if content is None else json.dumps(content))
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, json.loads(text) if text else None

    def raw(self, request: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.listener.server_port), timeout=30) as sending:
            sending.sendall(request)
            return sending.makefile("rb").read()


@pytest.fixture
def pinecone() -> Iterator[Asking]:
    asking = Asking(Pinecone())
    yield asking
    asking.listener.shutdown()
    asking.listener.server_close()


@pytest.fixture
def chat() -> Iterator[Asking]:
    asking = Asking(Chat())
    yield asking
    asking.listener.shutdown()
    asking.listener.server_close()


def stored(pinecone: Asking, *vectors: tuple[str, list[float], dict[str, Any]], namespace: str = "") -> tuple[int, Any]:
    rows = [{"id": name, "values": values, "metadata": metadata} for name, values, metadata in vectors]
    return pinecone("POST", "/vectors/upsert", {"vectors": rows, "namespace": namespace})


def ids(answer: tuple[int, Any]) -> list[str]:
    return [match["id"] for match in answer[1]["matches"]]


def test_an_index_is_made_described_and_dropped(pinecone: Asking) -> None:
    """One index at a time; what is not there is 404, a second one 409."""
    assert pinecone("GET", "/indexes") == (200, {"indexes": []})
    assert pinecone("POST", "/vectors/upsert", {})[0] == 404
    assert pinecone("POST", "/indexes", NEW)[0] == 201
    assert pinecone("POST", "/indexes", NEW)[0] == 409
    assert pinecone("GET", "/indexes/notes")[1]["dimension"] == 2
    assert pinecone("GET", "/indexes/other")[0] == 404
    assert pinecone("DELETE", "/indexes/notes") == (202, None)
    assert pinecone("GET", "/indexes/notes")[0] == 404


@pytest.mark.parametrize(
    ("metric", "order"), [("cosine", ["a", "b", "c"]), ("dotproduct", ["c", "a", "b"]), ("euclidean", ["a", "b", "c"])]
)
def test_the_nearest_come_first(pinecone: Asking, metric: str, order: list[str]) -> None:
    """Each metric ranks as its definition says: the angle, the product, the square of the distance."""
    pinecone("POST", "/indexes", {"name": "notes", "dimension": 2, "metric": metric})
    stored(pinecone, ("a", [1, 0], {}), ("b", [1, 1], {}), ("c", [3, 9], {}))
    found = pinecone("POST", "/query", {"vector": [2, 0], "topK": 3})
    assert ids(found) == order
    if metric == "euclidean":
        assert [match["score"] for match in found[1]["matches"]] == [1, 2, 82]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"kind": "x"}, ["a"]),
        ({"kind": {"$ne": "x"}}, ["b", "c"]),
        ({"size": {"$gte": 2, "$lt": 3}}, ["b"]),
        ({"size": {"$in": [1, 3]}}, ["a", "c"]),
        ({"size": {"$nin": [1]}}, ["b", "c"]),
        ({"tags": "red"}, ["c"]),
        ({"tags": {"$exists": True}}, ["c"]),
        ({"$or": [{"kind": "x"}, {"$and": [{"size": 3}, {"tags": "red"}]}]}, ["a", "c"]),
        ({"kind": {"$gt": 1}}, []),
    ],
)
def test_filters_look_at_metadata(pinecone: Asking, wanted: Any, found: list[str]) -> None:
    """Filters mean what Pinecone says they mean, in queries and in deletions."""
    pinecone("POST", "/indexes", NEW)
    kinds = ("a", [1, 0], {"kind": "x", "size": 1}), ("b", [1, 1], {"kind": "y", "size": 2})
    stored(pinecone, *kinds, ("c", [0, 1], {"kind": "y", "size": 3, "tags": ["red", "old"]}))
    assert ids(pinecone("POST", "/query", {"vector": [1, 0], "topK": 9, "filter": wanted})) == found
    pinecone("POST", "/vectors/delete", {"filter": wanted})
    assert not set(found) & set(ids(pinecone("POST", "/query", {"vector": [1, 0], "topK": 9})))


def test_namespaces_are_apart(pinecone: Asking) -> None:
    """What is in one namespace is in no other, and is deleted there alone."""
    pinecone("POST", "/indexes", NEW)
    stored(pinecone, ("a", [1, 0], {}), namespace="one")
    stored(pinecone, ("a", [0, 1], {}), ("b", [0, 1], {}), namespace="two")
    assert pinecone("POST", "/describe_index_stats", {})[1]["namespaces"] == {
        "one": {"vectorCount": 1},
        "two": {"vectorCount": 2},
    }
    pinecone("POST", "/vectors/delete", {"deleteAll": True, "namespace": "two"})
    assert pinecone("GET", "/vectors/list?namespace=two")[1]["vectors"] == []
    assert pinecone("GET", "/vectors/fetch?ids=a&namespace=one")[1]["vectors"]["a"]["values"] == [1, 0]


@pytest.mark.parametrize(
    "content",
    [
        {"vectors": [{"id": "a", "values": [1]}]},
        {"vectors": [{"id": "a", "values": [1, "2"]}]},
        {"vectors": [{"id": "a", "values": [1, 1e300]}]},
        {"vectors": [{"id": "", "values": [1, 2]}]},
        {"vectors": [{"id": "a", "values": [1, 2], "metadata": {"deep": {"er": 1}}}]},
        {"vectors": [{"id": "a", "values": [1, 2]}] * 1001},
        {"vectors": []},
        {"vectors": {}},
        {"vectors": [7]},
        [],
        "text",
    ],
)
def test_what_is_malformed_is_refused(pinecone: Asking, content: Any) -> None:
    """A malformed request is 400 and changes nothing."""
    pinecone("POST", "/indexes", NEW)
    assert pinecone("POST", "/vectors/upsert", content)[0] == 400
    assert pinecone("POST", "/describe_index_stats", {})[1]["totalVectorCount"] == 0
    assert pinecone.service.seen()[1]["status"] == 400


def test_what_reached_it_is_remembered() -> None:
    """The author is told each request, and the vectors as they are now; a new test begins with nothing."""
    serving = Serving(Pinecone)

    def ask(target: str, content: Any) -> None:
        serving.reply({"op": "request", "method": "POST", "target": target}, json.dumps(content).encode())

    ask("/indexes", NEW)
    ask("/vectors/upsert", {"vectors": [{"id": "a", "values": [1, 2], "metadata": {"n": 1}}], "namespace": "x"})
    ask("/query", {"vector": [1, 2], "topK": 1, "namespace": "x"})
    seen = serving.reply({"op": "seen"}, b"")[0]["seen"]
    assert [(one["op"], one["namespace"], one["ids"]) for one in seen] == [
        ("create", "", []),
        ("upsert", "x", ["a"]),
        ("query", "x", ["a"]),
    ]
    told, (values,) = serving.reply({"op": "tell", "namespace": "x"}, b"")
    assert (told["ids"], told["metadata"], told["dimension"], len(values)) == (["a"], [{"n": 1}], 2, 8)
    serving.reply({"op": "begin"}, b"")
    assert serving.reply({"op": "seen"}, b"")[0] == {"seen": []}


def test_there_is_an_end_to_what_it_holds() -> None:
    """More numbers, metadata or requests than may be held end in Full, which `Serving` tells as `over`."""
    space = Namespace()
    with pytest.raises(Full):
        space.put("a", [0.0], None, others=MOST_NUMBERS)
    pinecone = Pinecone()
    pinecone._ids_seen = MOST_SEEN
    with pytest.raises(Full):
        pinecone.answer("GET", "/indexes", b"")
    serving = Serving(Pinecone)
    serving._service = pinecone
    assert "over" in serving.reply({"op": "request", "method": "GET", "target": "/indexes"}, b"")[0]


def said(answer: tuple[int, Any]) -> str:
    content: str = answer[1]["choices"][0]["message"]["content"]
    return content


def prompt(*contents: str) -> dict[str, Any]:
    return {"model": "any", "messages": [{"role": "user", "content": content} for content in contents]}


def test_a_script_is_said_in_turn_and_by_what_is_sent(chat: Asking) -> None:
    """Words that are sent decide first; then the texts in turn; then there is nothing left."""
    chat.service.tell({"script": [["magic", "by the word"], "first", "second"]})
    ask = "/v1/chat/completions"
    assert said(chat("POST", ask, prompt("hello"))) == "first"
    assert said(chat("POST", ask, prompt("magic"))) == "by the word"
    assert said(chat("POST", ask, prompt("again", "and again"))) == "second"
    assert chat("POST", ask, prompt("more"))[0] == 429
    assert [one["answer"] for one in chat.service.seen()] == ["first", "by the word", "second", None]
    assert chat.service.seen()[2]["messages"][1] == {"role": "user", "content": "and again"}


@pytest.mark.parametrize("content", [{}, [], {"messages": []}, {"messages": [{"role": "user"}]}, {"messages": "hello"}])
def test_no_messages_are_refused(chat: Asking, content: Any) -> None:
    """What has no messages is 400, and is not remembered."""
    assert chat("POST", "/v1/chat/completions", content)[0] == 400
    assert chat.service.seen() == []
    assert chat("GET", "/v1/elsewhere")[0] == 404


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"POST /query HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"411"),
        (
            b"POST /query HTTP/1.1\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n" + SECOND,
            b"411",
        ),
        (b"POST /query HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"411"),
        (b"POST /query HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (MOST_BODY + 1), b"413"),
        (b"GET /%s HTTP/1.1\r\n\r\n" % (b"a" * 70_000), b"414"),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n", b"431"),
        (b"nonsense\r\n\r\n", b"400"),
    ],
)
def test_where_a_request_ends_is_never_a_guess(pinecone: Asking, request_: bytes, status: bytes) -> None:
    """What has two lengths, none, or too much is refused; nothing after it on the connection is a request."""
    answer = pinecone.raw(request_)
    assert status in answer.partition(b"\r\n")[0] or status in answer
    assert answer.count(b"HTTP/1.1 ") <= 1
    assert pinecone.service.seen() == []
