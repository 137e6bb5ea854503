"""Asks a learner's web service: the fixture `service`.

A request is made here, to the last byte, and carries nothing that tells it from any client's; the app answers it in its
box (`sandbox.runner.service`), and the response crosses as plain data: a status, headers, bytes. Their shape is checked
before a test sees them. JSON is read here from those bytes, strictly: what two readers could take for two things (a key
given twice, NaN) is no JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import quote, urlencode

from grader.proctor.inside.bad_answer import BadReply
from grader.proctor.inside.box import Box

_ABSENT: Any = object()
_PATH = "/:@!$&'()*+,;=-._~%"
"""What a path may hold as it is (RFC 3986, 3.3), and what is encoded already."""


class NotJson(AssertionError):
    """A response was asked for its JSON, and is none; the message says why."""


class Headers(dict[str, str]):
    """Header fields by name in small letters; several of one name are joined by a comma (RFC 9110, 5.2)."""

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and super().__contains__(name.lower())

    def get(self, name: str, default: Any = None) -> Any:
        """Return a field, or `default`."""
        return super().get(name.lower(), default)


@dataclass(frozen=True, slots=True)
class Response:
    """What the app answered.

    Attributes:
        status: 200 to 599.
        headers: by name, whatever its case.
        content: the body.
    """

    status: int
    headers: Headers
    content: bytes

    @property
    def text(self) -> str:
        """The body as UTF-8; what is none becomes U+FFFD."""
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """Return the value that the body is.

        Raises:
            NotJson: not UTF-8, not JSON (RFC 8259), a key given twice, or a number of thousands of digits.
        """
        try:
            return json.loads(self.content.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            text = f"the response (status {self.status}) is no JSON: {error}: {self.text[:200]!r}"
            raise NotJson(text) from None


class Service:
    """The fixture `service`.

    Args:
        box: where the app is.
    """

    def __init__(self, box: Box) -> None:
        self._box = box

    def request(self, method: str, path: str, **options: Any) -> Response:
        """Send a request and return the response.

        Args:
            method: of HTTP.
            path: from `/` on; a query may follow.
            options: `params` (a query, as a dict or pairs), `headers` (a dict), and one of `json` (a value), `form` (a
                dict) and `body` (bytes or text).
        """
        return self.together([(method, path, options)])[0]

    def get(self, path: str, **options: Any) -> Response:
        """Send a GET. See `request`."""
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> Response:
        """Send a POST. See `request`."""
        return self.request("POST", path, **options)

    def put(self, path: str, **options: Any) -> Response:
        """Send a PUT. See `request`."""
        return self.request("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> Response:
        """Send a PATCH. See `request`."""
        return self.request("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> Response:
        """Send a DELETE. See `request`."""
        return self.request("DELETE", path, **options)

    def together(self, requests: Iterable[tuple[Any, ...]]) -> list[Response]:
        """Send several requests that are all under way at once, and return their responses in order.

        Args:
            requests: `(method, path)` or `(method, path, options)` each; options as of `request`.
        """
        written = [encoded(method, path, **dict(*options)) for method, path, *options in requests]
        return self._responses(self._box.plain("drive", {"given": [written]}, verb="ask"), len(written))

    def time(self, request: dict[str, Any]) -> tuple[float, Response]:
        """Send a request that `encoded` wrote; returns the seconds until its response was there, and that."""
        seconds, answer = self._box.time_plain("drive", {"given": [[request]]}, verb="ask")
        return seconds, self._responses(answer, 1)[0]

    def stop(self) -> None:
        """Have the app shut down, by its lifespan; the next request starts it again."""
        self._box.plain("drive", {"given": []}, verb="stop")

    def _responses(self, answer: Any, count: int) -> list[Response]:
        if type(answer) is not list or len(answer) != count:
            self._refuse()
        return [self._response(one) for one in answer]

    def _response(self, one: Any) -> Response:
        if type(one) is not dict or set(one) != {"status", "headers", "body"}:
            self._refuse()
        status, fields, body = one["status"], one["headers"], one["body"]
        if type(status) is not int or not 200 <= status <= 599 or type(body) is not bytes or type(fields) is not list:  # noqa: PLR2004 - see Response
            self._refuse()
        headers = Headers()
        for field in fields:
            if type(field) is not list or list(map(type, field)) != [str, str]:
                self._refuse()
            name, value = field
            headers[name.lower()] = f"{headers[name]}, {value}" if name in headers else value
        return Response(status, headers, body)

    def _refuse(self) -> NoReturn:
        raise self._box.notes.stick(BadReply("a response that is none"))


def encoded(
    method: str,
    path: str,
    *,
    params: Mapping[str, Any] | Iterable[tuple[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
    json: Any = _ABSENT,
    form: Mapping[str, Any] | None = None,
    body: bytes | str = b"",
) -> dict[str, Any]:
    """Return a request as it crosses: method, target, headers, body; as an ordinary client would send it.

    Raises:
        ValueError: a path that does not begin with `/`, or more than one body.
        TypeError: no JSON can be made of the value.
    """
    if not path.startswith("/"):
        message = f"{path!r} is no path: it begins with /"
        raise ValueError(message)
    if (json is not _ABSENT) + (form is not None) + bool(body) > 1:
        message = "a request has one body: give one of json, form and body"
        raise ValueError(message)
    place, _, query = path.partition("?")
    query = "&".join(filter(None, [quote(query, safe=_PATH + "?"), urlencode(_pairs(params), doseq=True)]))
    content, kind = _body(json, form, body)
    fields = {"host": "localhost", "accept": "*/*", "accept-encoding": "identity", "user-agent": "client/1.0"}
    if content or method.upper() in ("POST", "PUT", "PATCH"):
        fields["content-length"] = str(len(content))
    if kind:
        fields["content-type"] = kind
    fields |= {name.lower(): value for name, value in (headers or {}).items()}
    target = quote(place, safe=_PATH) + (f"?{query}" if query else "")
    lines = [list(one) for one in fields.items()]
    return {"method": method.upper(), "target": target, "headers": lines, "body": content}


def _pairs(params: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return list(params.items() if isinstance(params, Mapping) else params)


def _body(value: Any, form: Mapping[str, Any] | None, body: bytes | str) -> tuple[bytes, str]:
    if value is not _ABSENT:
        return json.dumps(value).encode(), "application/json"
    if form is not None:
        return urlencode(form, doseq=True).encode(), "application/x-www-form-urlencoded"
    return (body.encode() if isinstance(body, str) else bytes(body)), ""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        message = "a key is given twice"
        raise ValueError(message)
    return found


def _no_number(word: str) -> NoReturn:
    message = f"{word} is no number of JSON's"
    raise ValueError(message)
