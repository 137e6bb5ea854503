"""How long requests take beside the reference, in turns. See `beside` for what is believed and why."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from grader.proctor.inside import beside, data
from grader.proctor.inside.beside import Side
from grader.proctor.inside.boxes import Boxes
from grader.proctor.inside.data import PackError
from grader.proctor.inside.keys import Keys
from sandbox.runner import frames
from sandbox.runner.values import Tagged, Writer

Order = dict[str, Any]
Args = tuple[Any, ...]

_OF = {"call": "arguments", "request": "method, path and perhaps options"}


def measure(order: Order, learners: Boxes, reference: Boxes, keys: Keys) -> dict[str, Any]:
    """Return the seconds of every timed request: `{"rounds": [[learner's, reference's], ...]}`, texts of floats.

    Raises:
        PackError: the author's files are wrong, or the reference fails.
        WrongAnswers: an answer is not right.
        BaseException: what the submission raised, or a bad answer.
    """
    requests = _requests(order, keys.part("latency").part(order["check"]))
    agrees = beside.agreement(order["generator"], order["agrees"])
    rounds = []
    ask = beside.serving if order["by"] == "request" else beside.calling(order["function"])
    with beside.both(learners, reference, ask) as (mine, theirs):
        for number in range(order["rounds"]):
            asked = [next(requests) for _ in range(order["warm_up"] + order["requests"])]
            turns = [(mine, theirs), (theirs, mine)]
            given = {side: _turn(side, other, asked) for side, other in (reversed(turns) if number % 2 else turns)}
            for args, answered, right in zip(asked, given[mine], given[theirs], strict=True):
                beside.hold_against(agrees, args, answered.answer, right.answer)
            rounds.append(
                [[repr(reply.seconds) for reply in given[side][order["warm_up"] :]] for side in (mine, theirs)]
            )
    return {"rounds": rounds}


def _turn(side: Side, other: Side, asked: list[Args]) -> list[beside.Reply]:
    """Ask one side, while the other stands still. The first requests warm it up; waiting for the pause is in theirs."""
    other.pause()
    side.resume()
    return [side.ask(args) for args in asked]


def _requests(order: Order, keys: Keys) -> Iterator[Args]:
    """Yield the author's requests, each of which must be another.

    Raises:
        PackError: there are too few, one comes twice or cannot cross, or the author's function raises.
    """
    file = order["generator"]
    seen: set[bytes] = set()
    try:
        for args in data.hidden_function(file, "requests")(keys):
            seen.add(_another(order, args, seen))
            yield args
    except (PackError, GeneratorExit):
        raise
    except Exception as error:
        raise PackError(f"hidden/{file}: requests raised {error!r}") from error
    needed = order["rounds"] * (order["warm_up"] + order["requests"])
    raise PackError(f"hidden/{file}: requests yielded {len(seen)}; {needed} are needed, so let it go on without end")


def _another(order: Order, args: Any, seen: set[bytes]) -> bytes:
    """Return the digest of a request that was not seen before.

    Raises:
        PackError: it was, or is none.
    """
    file = order["generator"]
    if type(args) is not tuple:
        raise PackError(f"hidden/{file}: requests must yield tuples of {_OF[order['by']]}, not {type(args).__name__}")
    fingerprint = _fingerprint(file, (_served(file, args),) if order["by"] == "request" else args)
    if fingerprint in seen:
        raise PackError(f"hidden/{file}: requests yielded the same {_OF[order['by']]} twice; a cache would answer them")
    return fingerprint


def _served(file: str, request: Args) -> dict[str, Any]:
    """Return a request of a service as it crosses: two that differ in their spelling only are one.

    Raises:
        PackError: it is none.
    """
    try:
        return beside.as_it_crosses(request)
    except (AttributeError, TypeError, ValueError) as error:
        raise PackError(f"hidden/{file}: requests yielded {request!r:.100}, which is no request: {error}") from error


def _fingerprint(file: str, args: Args) -> bytes:
    def refuse(value: Any) -> Tagged:
        raise PackError(f"hidden/{file}: a request holds {type(value).__name__}, which is no plain value")

    writer = Writer(refuse)
    return hashlib.sha256(frames.pack({"args": writer.write(list(args))}, writer.blobs)).digest()
