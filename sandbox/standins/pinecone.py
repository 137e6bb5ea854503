"""Answers as Pinecone does, for the real client: one index, its namespaces, its vectors.

What is spoken is the HTTP API of version 2026-07, as far as the client `pinecone` 10.2 uses it for dense vectors:

    GET POST  /indexes                GET DELETE  /indexes/{name}
    POST      /vectors/upsert   /vectors/update   /vectors/delete   /query   /describe_index_stats
    GET       /vectors/fetch    /vectors/list

Not spoken: gRPC, sparse vectors, imports, collections, inference, more than one index at a time (one host serves one
index, and there is one host). Nothing is eventually consistent: what was written is found at once.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote, urlsplit

from . import Full
from .fields import MOST_IN_ONE, fields_of, identity_of, items, new_index, table, text
from .vectors import Namespace, Refused, number

ADDRESS = "http://127.0.0.1:5081"
"""Where a client finds it, in a learner's box as at home."""
MOST_SEEN = 200_000
"""Ids of vectors that are remembered as asked for or answered, all requests together."""
MOST_MATCHES = 10_000
_LONGEST_NUMBER = 10
_TAKEN = 202
"""Status of what is taken and has no body."""
_CODES = {404: "NOT_FOUND", 409: "ALREADY_EXISTS"}

Answer = tuple[int, dict[str, Any]]


class Pinecone:
    """See the module."""

    def __init__(self) -> None:
        self._index: dict[str, Any] = {}
        self._spaces: dict[str, Namespace] = {}
        self._seen: list[dict[str, Any]] = []
        self._ids_seen = 0

    def tell(self, order: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
        """Return the vectors of a namespace: ids, metadata, and all values in one row of 32-bit floats."""
        space = self._spaces.get(str(order.get("namespace", "")), Namespace())
        metadata = [json.loads(one.metadata) for one in space.held.values()]
        told = {"ids": list(space.held), "metadata": metadata, "dimension": self._index.get("dimension", 0)}
        return told, [b"".join(one.values.tobytes() for one in space.held.values())]

    def seen(self) -> list[dict[str, Any]]:
        """Return the requests that reached it: `op`, `status`, `namespace`, `ids`, and what else was asked."""
        return self._seen

    def answer(self, method: str, target: str, body: bytes) -> tuple[int, bytes]:
        """Return status and body for one request.

        Raises:
            Full: more vectors than a stand-in holds, or more requests than it remembers.
        """
        parts = urlsplit(target)
        note: dict[str, Any] = {"op": f"{method} {parts.path}"[:200], "namespace": "", "ids": []}
        try:
            asked = fields_of(method, parts.query, body)
            status, reply = self._route(method, unquote(parts.path), asked, note)
        except Refused as refused:
            status, reply = refused.status, {"code": 3, "message": str(refused), "details": []}
            reply["error"] = {"code": _CODES.get(status, "INVALID_ARGUMENT"), "message": str(refused)}
            reply["status"] = status
        self._remember({**note, "status": status})
        return status, json.dumps(reply).encode() if status != _TAKEN else b""

    def _remember(self, note: dict[str, Any]) -> None:
        self._ids_seen += 1 + len(note["ids"])
        if self._ids_seen > MOST_SEEN:
            raise Full("more ids than are remembered")
        self._seen.append(note)

    def _route(self, method: str, path: str, asked: dict[str, Any], note: dict[str, Any]) -> Answer:
        if path.rstrip("/") == "/indexes":
            return (200, self._list_indexes()) if method == "GET" else (201, self._create(asked, note))
        if path.startswith("/indexes/"):
            return self._one_index(method, path.removeprefix("/indexes/"), note)
        operation = _OPERATIONS.get((method, path))
        if operation is None:
            raise Refused(f"the stand-in has no {method} {path}"[:200], 404)
        if not self._index:
            raise Refused("there is no index: create one first", 404)
        name = asked.get("namespace") or ""
        if type(name) is not str:
            raise Refused("namespace: expected text")
        note["op"], note["namespace"] = path.rpartition("/")[2], name
        return 200, operation(self, name, asked, note)

    # The index.

    def _list_indexes(self) -> dict[str, Any]:
        return {"indexes": [_described(self._index)] if self._index else []}

    def _create(self, asked: dict[str, Any], note: dict[str, Any]) -> dict[str, Any]:
        note["op"] = "create"
        name, dimension, metric = new_index(asked)
        if self._index:
            raise Refused("the stand-in holds one index at a time, and it is there already", 409)
        self._index = {"name": name, "dimension": dimension, "metric": metric}
        self._spaces = {}
        return _described(self._index)

    def _one_index(self, method: str, name: str, note: dict[str, Any]) -> Answer:
        note["op"] = {"GET": "describe", "DELETE": "drop"}.get(method, note["op"])
        if not self._index or name != self._index["name"]:
            raise Refused(f"Resource {name[:100]} not found", 404)
        if method == "GET":
            return 200, _described(self._index)
        if method != "DELETE":
            raise Refused(f"the stand-in cannot {method} an index", 404)
        self._index, self._spaces = {}, {}
        return _TAKEN, {}

    # Its vectors.

    def _upsert(self, name: str, asked: dict[str, Any], note: dict[str, Any]) -> dict[str, Any]:
        vectors = items(asked, "vectors", MOST_IN_ONE)
        rows = [(identity_of(one), self._values(one.get("values")), one.get("metadata")) for one in vectors]
        note["ids"] = [row[0] for row in rows]
        space = self._spaces.setdefault(name, Namespace())
        others = sum(one.numbers for one in self._spaces.values() if one is not space)
        for identity, values, metadata in rows:
            space.put(identity, values, metadata, others=others)
        return {"upsertedCount": len(rows)}

    def _update(self, name: str, asked: dict[str, Any], note: dict[str, Any]) -> dict[str, Any]:
        identity = identity_of(asked)
        note["ids"] = [identity]
        space = self._spaces.get(name, Namespace())
        if identity in space.held:
            values = self._values(asked["values"]) if asked.get("values") else list(space.held[identity].values)
            metadata = json.loads(space.held[identity].metadata) | table(asked, "setMetadata")
            space.put(identity, values, metadata, others=0)
        return {}

    def _delete(self, name: str, asked: dict[str, Any], note: dict[str, Any]) -> dict[str, Any]:
        space = self._spaces.get(name, Namespace())
        if asked.get("deleteAll") is True:
            note["all"] = True
            self._spaces.pop(name, None)
        elif asked.get("filter"):
            note["filter"] = table(asked, "filter")
            space.drop([identity for identity in list(space.held) if space.matches(identity, note["filter"])])
        else:
            note["ids"] = [text(one) for one in items(asked, "ids", MOST_IN_ONE)]
            space.drop(note["ids"])
        return {}

    def _fetch(self, name: str, asked: dict[str, Any], note: dict[str, Any]) -> dict[str, Any]:
        space = self._spaces.get(name, Namespace())
        note["ids"] = [text(one) for one in items(asked, "ids", MOST_IN_ONE)]
        found = {one: space.told(one, values=True, metadata=True) for one in note["ids"] if one in space.held}
        return {"vectors": found, "namespace": name, "usage": {"readUnits": 1}}

    def _list_ids(self, name: str, asked: dict[str, Any], _note: dict[str, Any]) -> dict[str, Any]:
        prefix, after, given = (str(asked.get(key, [""])[0]) for key in ("prefix", "paginationToken", "limit"))
        limit = min(100, int(given)) if given.isdecimal() and len(given) < _LONGEST_NUMBER else 100
        ids = sorted(one for one in self._spaces.get(name, Namespace()).held if one.startswith(prefix) and one > after)
        page = {"pagination": {"next": ids[limit - 1]}} if len(ids) > limit > 0 else {}
        told = [{"id": one} for one in ids[:limit]]
        return {"vectors": told, "namespace": name, "usage": {"readUnits": 1}, **page}

    def _query(self, name: str, asked: dict[str, Any], note: dict[str, Any]) -> dict[str, Any]:
        space = self._spaces.get(name, Namespace())
        top, wanted = asked.get("topK"), table(asked, "filter")
        if type(top) is not int or not 1 <= top <= MOST_MATCHES:
            raise Refused(f"topK: expected 1 to {MOST_MATCHES}")
        if asked.get("id"):
            if asked["id"] not in space.held:
                return {"matches": [], "namespace": name, "usage": {"readUnits": 1}}
            vector = list(space.held[asked["id"]].values)
        else:
            vector = self._values(asked.get("vector"))
        found = space.nearest(vector, top, wanted, self._index["metric"])
        shown = {"values": asked.get("includeValues") is True, "metadata": asked.get("includeMetadata") is True}
        note |= {"ids": [identity for identity, _ in found], "top_k": top, "filter": wanted}
        matches = [{**space.told(identity, **shown), "score": score} for identity, score in found]
        return {"matches": matches, "namespace": name, "usage": {"readUnits": 1}}

    def _stats(self, _name: str, _asked: dict[str, Any], _note: dict[str, Any]) -> dict[str, Any]:
        counts = {name: len(space.held) for name, space in self._spaces.items() if space.held}
        return {
            "namespaces": {name: {"vectorCount": count} for name, count in counts.items()},
            "dimension": self._index["dimension"],
            "indexFullness": 0.0,
            "totalVectorCount": sum(counts.values()),
            "metric": self._index["metric"],
            "vectorType": "dense",
        }

    def _values(self, given: Any) -> list[float]:
        if type(given) is not list:
            raise Refused("values: expected a list of numbers")
        dimension = self._index["dimension"]
        if len(given) != dimension:
            raise Refused(f"Vector dimension {len(given)} does not match the dimension of the index {dimension}")
        return [number(one) for one in given]


_OPERATIONS = {
    ("POST", "/vectors/upsert"): Pinecone._upsert,
    ("POST", "/vectors/update"): Pinecone._update,
    ("POST", "/vectors/delete"): Pinecone._delete,
    ("GET", "/vectors/fetch"): Pinecone._fetch,
    ("GET", "/vectors/list"): Pinecone._list_ids,
    ("POST", "/query"): Pinecone._query,
    ("POST", "/describe_index_stats"): Pinecone._stats,
    ("GET", "/describe_index_stats"): Pinecone._stats,
}


def _described(index: dict[str, Any]) -> dict[str, Any]:
    field = {"type": "dense_vector", "dimension": index["dimension"], "metric": index["metric"]}
    return {
        **index,
        "host": ADDRESS,
        "vector_type": "dense",
        "deletion_protection": "disabled",
        "schema": {"version": "v1", "fields": {"_values": field}},
        "deployment": {"deployment_type": "managed", "cloud": "aws", "region": "us-east-1"},
        "spec": {"serverless": {"cloud": "aws", "region": "us-east-1"}},
        "read_capacity": {"mode": "OnDemand", "status": {"state": "Ready"}},
        "status": {"ready": True, "state": "Ready"},
        "tags": {},
    }
