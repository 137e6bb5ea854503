"""Answers as a hosted chat model does, by a script: the author's words, and no model at all.

What is spoken is `POST /v1/chat/completions` of OpenAI's HTTP API, without streaming, and `GET /v1/models`: what every
client of such a service speaks. A script is a list. An item that is a pair (words, answer) is said whenever the words
stand in what was sent; else the items that are plain texts are said in turn, one a request. When nothing is left to be
said, the answer is a refusal, status 429. So a bot that sends the right passage gets the right answer, and one that
sends none gets none.
"""

from __future__ import annotations

import json
from typing import Any

from . import Full

MOST_SEEN = 8 * 2**20
"""Characters that are remembered, all requests together."""
MOST_MESSAGES = 500
_LONGEST_ROLE = 100


class Chat:
    """See the module."""

    def __init__(self) -> None:
        self._answers: list[list[str]] = []
        self._in_turn: list[str] = []
        self._seen: list[dict[str, Any]] = []
        self._characters = 0

    def tell(self, order: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
        """Take a script, in the place of the one before."""
        script = order.get("script", [])
        self._answers = [one for one in script if type(one) is list]
        self._in_turn = [one for one in script if type(one) is str]
        return {}, []

    def seen(self) -> list[dict[str, Any]]:
        """Return what was sent, in order: `messages`, each with `role` and `content`, and the `answer` given."""
        return self._seen

    def answer(self, method: str, target: str, body: bytes) -> tuple[int, bytes]:
        """Return status and body for one request.

        Raises:
            Full: more was said than is remembered.
        """
        path = target.partition("?")[0]
        if (method, path) == ("GET", "/v1/models"):
            return 200, _json({"object": "list", "data": [{"id": "scripted", "object": "model"}]})
        if (method, path) != ("POST", "/v1/chat/completions"):
            return _refused(404, f"the stand-in has no {method} {path}"[:200])
        messages = _messages(body)
        if messages is None:
            return _refused(400, "messages: expected a list of objects with the texts role and content")
        said = self._say(messages)
        self._remember({"messages": messages, "answer": said})
        return _refused(429, "the script has nothing left to say") if said is None else (200, _completion(said))

    def _say(self, messages: list[dict[str, str]]) -> str | None:
        sent = "\n".join(one["content"] for one in messages)
        for words, answer in self._answers:
            if words in sent:
                return answer
        return self._in_turn.pop(0) if self._in_turn else None

    def _remember(self, exchange: dict[str, Any]) -> None:
        self._characters += sum(100 + len(one["content"]) for one in exchange["messages"])
        if self._characters > MOST_SEEN:
            raise Full("more was said than is remembered")
        self._seen.append(exchange)


def _messages(body: bytes) -> list[dict[str, str]] | None:
    """Return the messages of a request, role and content each, or None where it has none."""
    try:
        given = json.loads(body)["messages"]
    except (ValueError, RecursionError, LookupError, TypeError):
        return None
    if type(given) is not list or not 0 < len(given) <= MOST_MESSAGES:
        return None
    messages = []
    for one in given:
        role, content = (one.get(key) for key in ("role", "content")) if type(one) is dict else (None, None)
        if type(role) is not str or type(content) is not str or len(role) > _LONGEST_ROLE:
            return None
        messages.append({"role": role, "content": content})
    return messages


def _completion(said: str) -> bytes:
    message = {"role": "assistant", "content": said}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    usage = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
    whole = {"id": "scripted", "object": "chat.completion", "created": 0, "model": "scripted"}
    return _json({**whole, "choices": [choice], "usage": usage})


def _refused(status: int, message: str) -> tuple[int, bytes]:
    return status, _json({"error": {"message": message, "type": "invalid_request_error", "code": None}})


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content).encode()
