"""The fixture `app`: what is made of a page that a box tells, and of one that is none. No library is needed for it."""

from __future__ import annotations

import datetime as dt
from enum import Enum
from typing import Any

import pytest

from grader.proctor.inside.app import App, NotThere
from grader.proctor.inside.bad_answer import BadReply, Notes
from sandbox.runner.page import element, plain, same

METRIC = element("metric", None, "Rows", "12", {})
INPUT = element("text_input", "who", "Name", "", {"disabled": False})


class ToldBox:
    """Answers each question with what it was given, and writes the questions down."""

    def __init__(self, *answers: Any) -> None:
        self.notes = Notes()
        self.asked: list[tuple[str, list[Any]]] = []
        self._answers = list(answers)

    def plain(self, op: str, values: dict[str, Any], *, verb: str) -> Any:
        assert op == "drive"
        self.asked.append((verb, values["given"]))
        return self._answers.pop(0)


def test_elements_are_found_by_key_label_and_number() -> None:
    """Promises elements by key first, then by label, in the order of the page; the page is asked for once."""
    box = ToldBox([METRIC, INPUT, element("text_input", "Name", "Other", "x", {})])
    app = App(box, "streamlit")  # type: ignore[arg-type]  # what of a box is used here
    assert app.metric("Rows").value == "12"
    assert app.text_input("who").value == ""
    assert app.text_input("Name").value == "x"
    assert app.text_input("Other") == app.text_input[1] == app.text_input[-1]
    assert app.text_input.values == ["", "x"]
    assert [one.kind for one in app.page] == ["metric", "text_input", "text_input"]
    assert len(app.warning) == 0
    assert len(box.asked) == 1


def test_what_is_not_there_is_the_learners_failure() -> None:
    """Promises an AssertionError that names what there is instead."""
    app = App(ToldBox([METRIC]), "streamlit")  # type: ignore[arg-type]
    with pytest.raises(NotThere, match="'Rows'"):
        app.metric("Columns")
    with pytest.raises(NotThere):
        _ = app.metric[1]
    assert issubclass(NotThere, AssertionError)


def test_actions_go_with_the_next_run_only() -> None:
    """Promises one question a run, with what was done to widgets since the last."""
    box = ToldBox([INPUT, INPUT], [INPUT], [INPUT])
    app = App(box, "streamlit")  # type: ignore[arg-type]
    app.text_input[1].set_value("Ann")
    app.run()
    app.run()
    (_, first), (_, second), (_, third) = box.asked
    place = {"kind": "text_input", "key": "who", "label": "Name", "number": 1}
    assert first[0] == third[0] == []
    assert second[0] == [{**place, "do": "set_value", "value": "Ann"}]


def test_users_are_told_apart() -> None:
    """Promises each user a name of their own, whoever asked for them."""
    box = ToldBox([], [], [])
    app = App(box, "gradio")  # type: ignore[arg-type]
    other = app.another_user()
    for one in (app, other, other.another_user()):
        one.run()
    assert len({given[1] for _, given in box.asked}) == 3


@pytest.mark.parametrize(
    "page",
    [
        None,
        {},
        [None],
        [{}],
        [{**METRIC, "more": []}],
        [{**METRIC, "kind": 1}],
        [{**METRIC, "extra": 1}],
        [{name: part for name, part in METRIC.items() if name != "value"}],
    ],
)
def test_a_page_that_is_none_is_a_bad_reply(page: Any) -> None:
    """Promises that a forged page sticks to the test."""
    box = ToldBox(page)
    with pytest.raises(BadReply):
        App(box, "streamlit").run()  # type: ignore[arg-type]
    assert [one.word for one in box.notes.bad] == ["BAD_REPLY"]


@pytest.mark.parametrize("told", [None, {}, {"values": 1, "error": ""}, {"values": [], "error": None}, {"values": []}])
def test_a_prediction_that_is_none_is_a_bad_reply(told: Any) -> None:
    """Promises that a forged prediction sticks to the test."""
    box = ToldBox([element("endpoint", "/go", "", None, {})], told)
    with pytest.raises(BadReply):
        App(box, "gradio").predict("/go", 1)  # type: ignore[arg-type]


def test_one_value_is_asked_for_by_name() -> None:
    """Promises the only value, or a failure that says what there was."""
    page = [element("endpoint", "/go", "", None, {})]
    assert App(ToldBox(page, {"values": [3], "error": ""}), "gradio").predict("go", 1).value == 3  # type: ignore[arg-type]
    app = App(ToldBox(page, {"values": [], "error": "no text"}), "gradio")  # type: ignore[arg-type]
    with pytest.raises(AssertionError, match="no text"):
        _ = app.predict("/go", 1).value
    with pytest.raises(NotThere):
        app.predict("/stop")


def test_an_authors_mistake_is_said() -> None:
    """Promises that what a kind cannot do is a TypeError."""
    with pytest.raises(TypeError):
        App(ToldBox([INPUT]), "streamlit").predict("/go")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        App(ToldBox([INPUT]), "gradio").text_input("who").set_value("x")  # type: ignore[arg-type]


def test_values_are_made_plain() -> None:
    """Promises that a page has no object on it: moments as ISO 8601, the rest as its own text."""

    class Colour(Enum):
        RED = "red"

    assert plain({"a": (1, dt.date(2026, 1, 2)), 3: [dt.time(4, 5)]}) == {"a": [1, "2026-01-02"], "3": ["04:05:00"]}
    assert plain(Colour.RED) == "Colour.RED"
    assert same(INPUT, {"key": "who", "label": ""})
    assert not same(INPUT, {"key": "", "label": "Rows"})
