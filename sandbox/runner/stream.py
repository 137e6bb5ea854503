"""A stream: what was made or learned at its beginning is kept here, and told one observation after the other.

The next observation is not in this process, nor on its way to it, before the answer to the last one has been sent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import model


class State:
    """Holds what a stream goes on from, so that even plain data stays here and can be changed in place.

    Args:
        value: what the learner's function made, or the artefact holds.
    """

    def __init__(self, value: Any) -> None:
        self.value = value


def begin(function: Callable[..., Any], args: list[Any]) -> State:
    """Return what `function` makes of `args` as the state of a stream."""
    return State(function(*args))


def resume(artefact: dict[str, bytes]) -> State:
    """Return what was fitted in another box as the state of a stream."""
    return State(model.restore(artefact))


def observe(subject: Any, state: State, step: str, observation: Any) -> Any:
    """Return the answer to one observation: `step(state, observation)`, or for `.step` the state's own method."""
    if step.startswith("."):
        return getattr(state.value, step[1:])(observation)
    return getattr(subject, step)(state.value, observation)
