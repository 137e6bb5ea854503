"""Filters a photograph that a package ships; OpenCV, PyTorch and TensorFlow Lite load side by side."""

import cv2
import numpy as np
import torch
from ai_edge_litert.interpreter import Interpreter
from skimage import data
from skimage.metrics import peak_signal_noise_ratio

photo = data.camera()
noise = np.random.default_rng(1).random(photo.shape)
spoilt = np.where(noise < 0.05, 0, np.where(noise > 0.95, 255, photo)).astype("uint8")
gain = peak_signal_noise_ratio(photo, cv2.medianBlur(spoilt, 3)) - peak_signal_noise_ratio(photo, spoilt)
assert gain > 5, gain
assert data.astronaut().shape == (512, 512, 3)
assert len(data.lfw_subset()) == 200
assert torch.nn.Conv2d(1, 2, 3)(torch.zeros(1, 1, 8, 8)).shape == (1, 2, 6, 6)
try:
    Interpreter(model_content=b"no model")
except ValueError:
    pass
else:
    raise AssertionError("TensorFlow Lite takes anything for a model")
