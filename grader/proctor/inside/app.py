"""Uses a learner's Streamlit or Gradio app: the fixture `app`.

The page crosses as one list of plain elements (`sandbox.runner.page`) and is looked at here. What a test does to a
widget is kept until the app is run, and then goes along: one question a run. Elements go by the library's own words for
their kinds, and are found by key (`key=` in Streamlit, `elem_id=` in Gradio), else by label.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, NoReturn

from grader.proctor.inside.bad_answer import BadReply
from grader.proctor.inside.box import Box

_PARTS = {"kind": str, "key": str, "label": str, "more": dict}
_STREAMLIT, _GRADIO = "streamlit", "gradio"


class NotThere(AssertionError):
    """A test asked for an element that the app does not have; the message says what there is."""


@dataclass(frozen=True, slots=True)
class Element:
    """Something on the page.

    Attributes:
        kind: `text_input`, `metric`, `dataframe`, ...: the library's word.
        key: what the app calls it, or empty.
        label: what the user reads beside it, or empty.
        value: plain data; a DataFrame of a table, an ISO 8601 text of a moment.
        more: what else is known of it: `options`, `disabled`, `min`, `max`, ...
    """

    kind: str
    key: str
    label: str
    value: Any
    more: dict[str, Any] = field(default_factory=dict)
    _app: Any = field(default=None, repr=False, compare=False)
    _number: int = field(default=0, repr=False, compare=False)

    def set_value(self, value: Any) -> Element:
        """Give a widget a value, as of the next run."""
        return self._do("set_value", value)

    def click(self) -> Element:
        """Press a button, as of the next run."""
        return self._do("click", None)

    def run(self) -> App:
        """Run the app. See `App.run`."""
        app: App = self._app
        return app.run()

    def _do(self, what: str, value: Any) -> Element:
        place = {"kind": self.kind, "key": self.key, "label": self.label, "number": self._number}
        self._app.will_do({**place, "do": what, "value": value})
        return self


class Elements:
    """The elements of one kind, in the order of the page."""

    def __init__(self, kind: str, found: list[Element]) -> None:
        self._kind = kind
        self._found = found

    def __call__(self, name: str) -> Element:
        """Return the one whose key, or else whose label, is `name`.

        Raises:
            NotThere: none is called so.
        """
        named = [one for one in self._found if one.key == name] or [one for one in self._found if one.label == name]
        if not named:
            names = ", ".join(repr(one.key or one.label) for one in self._found) or "none"
            message = f"the app has no {self._kind} {name!r}; of this kind it has: {names}"
            raise NotThere(message)
        return named[0]

    def __getitem__(self, number: int) -> Element:
        if not -len(self._found) <= number < len(self._found):
            message = f"the app has {len(self._found)} of kind {self._kind}; asked for number {number}"
            raise NotThere(message)
        return self._found[number]

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Element]:
        return iter(self._found)

    @property
    def values(self) -> list[Any]:
        """The value of each."""
        return [one.value for one in self._found]


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a function of a Gradio app gave.

    Attributes:
        values: one an output component, states left out, as the page is sent them.
        error: the text of the `gradio.Error` that the user is shown, or empty.
    """

    values: list[Any]
    error: str

    @property
    def value(self) -> Any:
        """The only one of the values.

        Raises:
            AssertionError: there was an error, or there is not exactly one.
        """
        if self.error or len(self.values) != 1:
            message = f"expected one value, got {len(self.values)} and the error {self.error!r}"
            raise AssertionError(message)
        return self.values[0]


class App:
    """The fixture `app`: `app.<kind>` gives the elements of a kind on the page, `app.metric("Rows").value`.

    Args:
        box: where the app is.
        kind: of the assignment.
        user: who uses it.
    """

    def __init__(self, box: Box, kind: str, user: int = 0) -> None:
        self._box = box
        self._kind = kind
        self._user = user
        self._users = count(user + 1)
        self._page: list[Element] | None = None
        self._coming: list[dict[str, Any]] = []

    def run(self) -> App:
        """Do what was asked of widgets, have the app draw its page, and return it (itself)."""
        coming, self._coming = self._coming, []
        answer = self._box.plain("drive", {"given": [coming, str(self._user)]}, verb="run")
        if type(answer) is not list:
            self._refuse("page")
        counts: dict[str, int] = {}
        self._page = []
        for one in answer:
            if type(one) is not dict or set(one) != {*_PARTS, "value"}:
                self._refuse("page")
            if any(type(one[name]) is not kind for name, kind in _PARTS.items()):
                self._refuse("page")
            place = (one["kind"], one["key"], one["label"])
            number = counts[str(place)] = counts.get(str(place), -1) + 1
            self._page.append(Element(**one, _app=self, _number=number))
        return self

    def another_user(self) -> App:
        """Return the same app as somebody else has it before them, who has touched nothing yet."""
        other = App(self._box, self._kind, next(self._users))
        other._users = self._users
        return other

    @property
    def page(self) -> list[Element]:
        """All elements, in order; the app is run if it has not been."""
        if self._page is None:
            self.run()
        return self._page or []

    def __getattr__(self, kind: str) -> Elements:
        if kind.startswith("_"):
            raise AttributeError(kind)
        return Elements(kind, [one for one in self.page if one.kind == kind])

    def predict(self, api_name: str, *args: Any) -> Prediction:
        """Call a function of a Gradio app by its `api_name`.

        Args:
            api_name: such as `/classify`.
            args: one an input component, states left out, as the page sends them.

        Raises:
            NotThere: the app has no function of that name.
        """
        if self._kind != _GRADIO:
            message = "app.predict calls a function of a Gradio app; a Streamlit app has none: use its widgets"
            raise TypeError(message)
        self.endpoint("/" + api_name.lstrip("/"))
        answer = self._box.plain("drive", {"given": [api_name, list(args), str(self._user)]}, verb="predict")
        if type(answer) is not dict or {name: type(part) for name, part in answer.items()} != {
            "values": list,
            "error": str,
        }:
            self._refuse("prediction")
        return Prediction(**answer)

    def will_do(self, action: dict[str, Any]) -> None:
        """Keep what is to be done to a widget at the next run."""
        if self._kind != _STREAMLIT:
            message = "widgets of a Gradio app are not set one by one: call its functions by app.predict"
            raise TypeError(message)
        self._coming.append(action)

    def _refuse(self, what: str) -> NoReturn:
        raise self._box.notes.stick(BadReply(f"a {what} that is none"))
