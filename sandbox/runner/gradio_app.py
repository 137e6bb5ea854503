"""Calls the functions of a Gradio app by its own machinery, without a server, and tells which components it has.

`Blocks.process_api` is what Gradio's server calls for each event: it turns data into what the function takes, runs it,
and turns what it returns into data. What a session
keeps (`gradio.State`) is kept here, one session a user.
"""

from __future__ import annotations

from typing import Any

from .loop import Loop
from .page import Action, Element, element, plain

NAME = "demo"
_READ = ("choices", "interactive", "placeholder", "minimum", "maximum", "step", "visible", "lines")


class GradioApp:
    """An app.

    Args:
        module: holds it, under the name `demo`.
    """

    def __init__(self, module: Any) -> None:
        self._demo = getattr(module, NAME)
        self._loop = Loop()
        self._sessions: dict[str, Any] = {}

    def run(self, _actions: list[Action], _user: str) -> list[Element]:
        """Return the page: its components, and its functions as elements of kind `endpoint`."""
        config = self._demo.get_config_file()
        components = [(one["type"], one["props"]) for one in config["components"]]
        endpoints = [one["api_name"] for one in config["dependencies"] if one.get("api_name")]
        return [
            *(_shown(kind, props) for kind, props in components),
            *(element("endpoint", f"/{str(name).lstrip('/')}", "", None, {}) for name in endpoints),
        ]

    def predict(self, api_name: str, args: list[Any], user: str) -> dict[str, Any]:
        """Call a function and return `values`, one an output, or `error`: the text of a `gradio.Error`.

        Raises:
            LookupError: no such function.
        """
        from gradio.exceptions import Error
        from gradio.state_holder import SessionState

        functions = [one for one in self._demo.fns.values() if one.api_name and one.api_name == api_name.lstrip("/")]
        if not functions:
            raise LookupError(f"the app has no api_name {api_name!r}")
        if user not in self._sessions:
            self._sessions[user] = SessionState(self._demo)
        try:
            values = self._loop.run(self._process(functions[0], args, self._sessions[user]))
        except Error as error:
            return {"values": [], "error": str(error.message) or "error"}
        return {"values": values, "error": ""}

    async def _process(self, function: Any, args: list[Any], state: Any) -> list[Any]:
        given = iter(args)
        inputs = [None if block.stateful else next(given, None) for block in function.inputs]
        done = await self._demo.process_api(block_fn=function, inputs=inputs, state=state)
        values = done["data"]
        while done["is_generating"]:  # the last thing that a generator yields is what stays on the page
            done = await self._demo.process_api(
                block_fn=function, inputs=inputs, state=state, iterator=done["iterator"]
            )
            values = done["data"] if done["is_generating"] else values
        return [plain(value) for value, block in zip(values, function.outputs, strict=False) if not block.stateful]


def _shown(kind: str, props: dict[str, Any]) -> Element:
    more = {name: props[name] for name in _READ if props.get(name) is not None}
    return element(kind, props.get("elem_id"), props.get("label"), props.get("value"), more)
