"""Runs a Streamlit app without a browser, by Streamlit's own AppTest, and tells what is on its page.

The script is run as Streamlit runs it, in a thread of its own, from its first line to its last each time. Its time is
limited from outside, so AppTest's own limit (three seconds) is put out of the way. What it says it shows is the
learner's answer, as all that a box says.
"""

from __future__ import annotations

from typing import Any

from . import subject
from .page import Action, Element, element, same

SCRIPT = "app.py"
_FOR_EVER = 10**6
_READ = ("options", "disabled", "help", "placeholder", "min", "max", "step", "delta")


class StreamlitApp:
    """An app that has not been run yet."""

    def __init__(self, _module: Any) -> None:
        from streamlit.testing.v1 import AppTest

        blank = AppTest.from_string("", default_timeout=_FOR_EVER).run()
        self._components = blank._bidi_component_manager  # looked up among all that is installed: once
        self._pages: dict[str, Any] = {}

    def _page(self, user: str) -> Any:
        from streamlit.testing.v1 import AppTest

        if user not in self._pages:
            page = self._pages[user] = AppTest.from_file(str(subject.WORK / SCRIPT), default_timeout=_FOR_EVER)
            page._bidi_component_manager = self._components  # or each looks them up anew
        return self._pages[user]

    def run(self, actions: list[Action], user: str) -> list[Element]:
        """Do what a user does on the page, run the script, and return the page.

        Args:
            actions: of `kind` and `key` or `label` of a widget, or its number among those; `do`; `value`.
            user: whose page.

        Raises:
            LookupError: no such widget.
        """
        page = self._page(user)
        for action in actions:
            widgets = [one for one in page.get(action["kind"]) if same(_shown(one), action)]
            widget = widgets[action["number"]]
            getattr(widget, action["do"])(*([action["value"]] if action["do"] == "set_value" else []))
        page.run()
        return [_shown(one) for one in _leaves(page._tree)]


def _leaves(block: Any) -> list[Any]:
    children = getattr(block, "children", None)
    if children is None:
        return [block]
    return [leaf for number in sorted(children) for leaf in _leaves(children[number])]


def _shown(widget: Any) -> Element:
    more = {name: found for name in _READ if (found := getattr(widget, name, None)) not in (None, "")}
    try:
        value = widget.value
    except (AttributeError, NotImplementedError, ValueError):  # drawn, and nothing that AppTest can read
        value = None
    return element(widget.type, getattr(widget, "key", None), getattr(widget, "label", None), value, more)
