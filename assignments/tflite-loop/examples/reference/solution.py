"""Resizes, turns BGR to RGB, scales as the model was trained, quantises; and all of it backwards for the answer."""

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter


class Loop:
    def __init__(self, model, low, high):
        self.interpreter = Interpreter(model_content=model)
        self.interpreter.allocate_tensors()
        self.given = self.interpreter.get_input_details()[0]
        self.got = self.interpreter.get_output_details()[0]
        self.low, self.high = low, high

    def update(self, frame):
        height, width = self.given["shape"][1:3]
        small = cv2.resize(frame, (int(width), int(height)), interpolation=cv2.INTER_AREA)
        pixels = self.low + cv2.cvtColor(small, cv2.COLOR_BGR2RGB) / 255.0 * (self.high - self.low)
        self.interpreter.set_tensor(self.given["index"], quantised(pixels, self.given)[None])
        self.interpreter.invoke()
        said = dequantised(self.interpreter.get_tensor(self.got["index"])[0], self.got)
        label = int(said.argmax())
        return label, float(said[label])


def quantised(values, details):
    scale, zero = details["quantization"]
    if not scale:
        return values.astype(details["dtype"])
    range_ = np.iinfo(details["dtype"])
    return np.clip(np.round(values / scale + zero), range_.min, range_.max).astype(details["dtype"])


def dequantised(values, details):
    scale, zero = details["quantization"]
    return (values.astype(float) - zero) * scale if scale else values.astype(float)
