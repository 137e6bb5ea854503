"""Draws frames, and answers them: a circle, a square or a triangle, red or blue, as a camera behind OpenCV gives it."""

from pathlib import Path

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter

MODELS = {"signed": (0.0, 1.0), "unsigned": (-1.0, 1.0), "floats": (0.0, 1.0)}
"""By name: what the model was trained to see for a black and for a white pixel."""


def content(name):
    """Return the bytes of a model, made by make_models.py."""
    return (Path(__file__).with_name("models") / f"{name}.tflite").read_bytes()


def frame(rng, kind, height=96, width=96):
    """One frame (height, width, 3), BGR of uint8: shape kind % 3, red below 3 and blue from there on."""
    rows, columns = np.mgrid[0:height, 0:width] * 24.0 / np.array([height, width])[:, None, None]
    size, (middle, centre) = rng.uniform(5, 8), rng.uniform(9, 15, 2)
    across, down = np.abs(columns - centre), rows - middle
    inside = (
        across**2 + down**2 < size**2,
        np.maximum(across, np.abs(down)) < size * 0.85,
        (np.abs(down) < size * 0.9) & (across < (down + size) * 0.55),
    )[kind % 3]
    scene = rng.normal(110, 60, (height, width, 3))
    scene[inside] = np.array([[40, 40, 210], [210, 40, 40]][kind // 3]) + rng.normal(0, 50, (inside.sum(), 3))
    return np.clip(scene, 0, 255).astype(np.uint8)


def frames(rng, count, **size):
    return [frame(rng, int(kind), **size) for kind in rng.integers(0, 6, count)]


class Truth:
    """The six confidences that a model gives a frame, and the least step between two of them."""

    def __init__(self, name):
        self.low, self.high = MODELS[name]
        self.reader = Interpreter(model_content=content(name))
        self.reader.allocate_tensors()
        (self.given,), (self.got,) = self.reader.get_input_details(), self.reader.get_output_details()
        self.step = max(self.got["quantization"][0], 1e-4)

    def confidences(self, one):
        small = cv2.resize(one, (24, 24), interpolation=cv2.INTER_AREA)[:, :, ::-1]
        values = self.low + small / 255.0 * (self.high - self.low)
        scale, zero = self.given["quantization"]
        kind = self.given["dtype"]
        if scale:
            values = np.clip(np.round(values / scale + zero), np.iinfo(kind).min, np.iinfo(kind).max)
        self.reader.set_tensor(self.given["index"], values.astype(kind)[None])
        self.reader.invoke()
        scale, zero = self.got["quantization"]
        said = self.reader.get_tensor(self.got["index"])[0].astype(float)
        return (said - zero) * scale if scale else said
