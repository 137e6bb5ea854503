"""Asks a service, and drives an application of each kind, without network."""

import os
from pathlib import Path

import gradio
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image
from streamlit.testing.v1 import AppTest

os.chdir("/work")
service = FastAPI()


@service.get("/double/{number}")
def double(number: int) -> dict[str, int]:
    """Return twice the number."""
    return {"is": number * 2}


client = TestClient(service)
assert client.get("/double/21").json() == {"is": 42}
assert client.get("/double/x").status_code == 422

Path("app.py").write_text(
    "import streamlit as st\nname = st.text_input('name', key='name')\nst.write(f'Hello {name}')\n", encoding="ascii"
)
app = AppTest.from_file("app.py", default_timeout=100).run()  # by itself 3 seconds, which a busy machine is over
app.text_input(key="name").set_value("Ada").run()
assert not app.exception
assert app.markdown[0].value == "Hello Ada"

demo = gradio.Interface(lambda word: word.upper(), "text", "text", api_name="shout")
assert "/shout" in demo.get_api_info()["named_endpoints"]
assert Image.new("RGB", (2, 2)).size == (2, 2)
