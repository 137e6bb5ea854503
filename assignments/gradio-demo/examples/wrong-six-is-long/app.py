"""Takes six letters for long."""

import re

import gradio as gr

LONG = 6
EASY, MEDIUM = 30, 50


def lix(text):
    """Return the LIX of a text; gr.Error for one without a word."""
    words = re.findall(r"[^\W\d_]+", text or "")
    if not words:
        raise gr.Error("This text has no words: enter some.")
    sentences = [part for part in re.split(r"[.!?:]", text) if re.search(r"[^\W\d_]", part)]
    long_words = [word for word in words if len(word) >= LONG]
    return round(len(words) / len(sentences) + 100 * len(long_words) / len(words), 1)


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
