"""A demo of LIX: the README says exactly what is on it."""

import gradio as gr


def measure(text):
    """Return LIX and the level of a text."""
    raise NotImplementedError


with gr.Blocks() as demo:
    text = gr.Textbox(label="Text", elem_id="text")
    lix = gr.Number(label="LIX", elem_id="lix")
    level = gr.Textbox(label="Level")
    gr.Button("Measure").click(measure, text, [lix, level], api_name="measure")

if __name__ == "__main__":
    demo.launch()
