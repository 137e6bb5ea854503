"""What is driven from outside, and not only called: a service, a Streamlit app, a Gradio app."""

from __future__ import annotations

from typing import Any

from .gradio_app import GradioApp
from .service import Service
from .streamlit_app import StreamlitApp

MODULE = "app.py"
"""The file that is served, or that draws the page."""
_DRIVERS = {"service": Service, "streamlit": StreamlitApp, "gradio": GradioApp}


def modules_of(kind: str, modules: list[str]) -> list[str]:
    """Return those that are imported to load a submission: none of Streamlit's, which is run as a script."""
    if kind == "streamlit":
        return []
    return [MODULE] if kind in _DRIVERS else modules


def driver_of(kind: str, loaded: Any) -> Any:
    """Return what drives a loaded submission of this kind, or None for one that is only called."""
    return _DRIVERS[kind](loaded) if kind in _DRIVERS else None
