"""What a function costs at several sizes, beside the reference.

Theory of operation. By `calls`, the learner's function is lent a function of the author's that knows the objects; the
learner holds a *token* for each, a text that says nothing, drawn anew for every case. So what there is to know of the
objects (which is smaller, what changing one into the other costs) can only be learned by asking, and asking is counted
here. An answer that is right after fewer calls than any right answer needs was not learned that way; and one side is
not let call without end. By `cpu`, whoever runs the boxes says what processor time a call took.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from grader.proctor.inside import beside, data
from grader.proctor.inside.beside import Side
from grader.proctor.inside.boxes import Boxes
from grader.proctor.inside.data import PackError
from grader.proctor.inside.keys import Keys
from grader.proctor.inside.metric import WrongAnswers

Order = dict[str, Any]
Cost = int | float

TIMES, AND_MORE = 20, 200
"""So many times what the reference asked, and so many calls more, are let through."""
_TOKEN_BITS = 52
_PARTS = {"calls": ({"objects", "ask", "least"}, {"args", "expected"}), "cpu": ({"args"}, {"expected"})}
"""By what is counted: what a case must hold, and what it may."""
_NONE = object()


def measure(order: Order, learners: Boxes, reference: Boxes, keys: Keys) -> dict[str, Any]:
    """Return the costs: `{"costs": [{"size", "learner": [...], "reference": [...], "least": [...]}, ...]}`.

    Costs are texts of numbers, one a draw.

    Raises:
        PackError: the author's files are wrong, or the reference fails.
        WrongAnswers: an answer is not right.
        BaseException: what the submission raised, or a bad answer.
    """
    agrees = beside.agreement(order["generator"], order["agrees"])
    measure_one = _by_calls if order["by"] == "calls" else _by_cpu
    own, costs = keys.part("growth").part(order["check"]), []
    with beside.both(learners, reference, beside.calling(order["function"])) as (mine, theirs):
        for size in order["sizes"]:
            told: dict[str, Any] = {"size": size, "learner": [], "reference": [], "least": []}
            for draw in range(order["draws"]):
                part = own.part(str(size)).part(str(draw))
                case = _case(order, size, part)
                right = case.get("expected", _NONE)
                reference_cost, right = _of_reference(measure_one, theirs, case, part, agrees, right)
                most = TIMES * int(reference_cost) + AND_MORE
                cost, answer = measure_one(mine, case, part, most)
                beside.hold_against(agrees, case, answer, right)
                told["learner"].append(repr(cost))
                told["reference"].append(repr(reference_cost))
                told["least"].append(repr(case.get("least", 0)))
            costs.append(told)
    return {"costs": costs}


def _of_reference(
    measure_one: Callable[..., tuple[Cost, Any]],
    side: Side,
    case: Mapping[str, Any],
    keys: Keys,
    agrees: beside.Agrees,
    right: Any,
) -> tuple[Cost, Any]:
    """Return what the reference needs, and the right answer, which is its own where the author gives none.

    Raises:
        PackError: it is wrong, or asks less often than is said to be possible.
    """
    cost, answer = measure_one(side, case, keys, None)
    if right is not _NONE:
        try:
            beside.hold_against(agrees, case, answer, right)
        except WrongAnswers as wrong:
            raise beside.ReferenceFailed(f"its answer is not what the generator expects: {wrong}") from wrong
    if cost < case.get("least", 0):
        raise beside.ReferenceFailed(f"it asks {cost} times, less than `least` = {case['least']}")
    return cost, answer if right is _NONE else right


def _by_calls(side: Side, case: Mapping[str, Any], keys: Keys, most: int | None) -> tuple[Cost, Any]:
    objects = case["objects"]
    rng = keys.rng("tokens")
    numbers: set[int] = set()
    while len(numbers) < len(objects):
        numbers.add(rng.getrandbits(_TOKEN_BITS))
    tokens = [f"{number:013x}" for number in numbers]
    rng.shuffle(tokens)
    meant = dict(zip(tokens, objects, strict=True))
    called = 0

    def lent(*asked: str) -> Any:
        nonlocal called
        called += 1
        if most is not None and called > most:
            side.refuse(f"asked more than {most} times")
        return case["ask"](*(meant[token] for token in asked))

    args = case["args"](tokens, lent) if "args" in case else (tokens, lent)
    answer = side.ask(args).answer
    return called, _in_objects(answer, meant)


def _by_cpu(side: Side, case: Mapping[str, Any], _keys: Keys, _most: int | None) -> tuple[Cost, Any]:
    before = side.cpu_seconds()
    answer = side.ask(case["args"]).answer
    return side.cpu_seconds() - before, answer


def _in_objects(answer: Any, meant: Mapping[str, Any]) -> Any:
    """Return an answer with the objects in the place of their tokens."""
    if type(answer) is str:
        return meant.get(answer, answer)
    if type(answer) in (list, tuple):
        return type(answer)(_in_objects(part, meant) for part in answer)
    return answer


def _case(order: Order, size: int, keys: Keys) -> dict[str, Any]:
    """Return the author's case.

    Raises:
        PackError: the function raises, or what it returns is no case.
    """
    file, (needed, more) = order["generator"], _PARTS[order["by"]]
    try:
        case = data.hidden_function(file, "case")(size, keys)
    except PackError:
        raise
    except Exception as error:
        raise PackError(f"hidden/{file}: case raised {error!r}") from error
    if type(case) is not dict or not needed <= set(case) <= needed | more:
        parts = f"{', '.join(sorted(needed))} and perhaps {', '.join(sorted(more))}"
        raise PackError(f'hidden/{file}: case must return a dict of {parts}, by = "{order["by"]}"')
    if type(case.get("least", 0)) is not int or type(case.get("objects", [])) is not list:
        raise PackError(f"hidden/{file}: case: `least` must be a whole number and `objects` a list")
    return case
