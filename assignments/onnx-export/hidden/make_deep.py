"""Makes data/deep.onnx, once, in image family python-dl; kept to say where the file comes from.

    python make_deep.py > deep.onnx

A hundred residual blocks of drawn weights on few channels: small to store, quick to run, and slow to get ready, because
a runtime looks through every node of a graph before it answers. What was seen in that image on a machine of two busy
cores: some 80 ms to make a session, one to run it for one picture. No judging runs this.
"""

import sys

import numpy as np
from onnx import TensorProto, helper, numpy_helper

BLOCKS, CHANNELS, SIDE, CLASSES = 100, 4, 16, 10


class Graph:
    """Nodes and weights, as they are added."""

    def __init__(self):
        self.nodes, self.weights = [], []
        self._rng = np.random.default_rng(100)

    def weight(self, name, *shape, scale):
        self.weights.append(numpy_helper.from_array(self._rng.normal(0, scale, shape).astype("float32"), name))
        return name

    def add(self, operator, name, *given, **attributes):
        self.nodes.append(helper.make_node(operator, list(given), [name], name=name, **attributes))
        return name

    def convolution(self, name, given, channels, stride=1):
        kernel = self.weight(f"{name}.weight", CHANNELS, channels, 3, 3, scale=0.5 / np.sqrt(9 * channels))
        bias = self.weight(f"{name}.bias", CHANNELS, scale=0.1)
        return self.add("Conv", name, given, kernel, bias, pads=[1, 1, 1, 1], strides=[stride, stride])


def main():
    """Write the file to the output."""
    graph = Graph()
    maps = graph.convolution("stem", "pictures", 1, stride=2)
    for block in range(BLOCKS):
        inner = graph.add("Relu", f"inner{block}", graph.convolution(f"first{block}", maps, CHANNELS))
        both = graph.add("Add", f"both{block}", maps, graph.convolution(f"second{block}", inner, CHANNELS))
        maps = graph.add("Relu", f"maps{block}", both)
    flat = graph.add("Flatten", "flat", graph.add("GlobalAveragePool", "mean", maps))
    graph.add("Gemm", "logits", flat, graph.weight("head", CLASSES, CHANNELS, scale=1.0), transB=1)
    given = helper.make_tensor_value_info("pictures", TensorProto.FLOAT, ["n", 1, SIDE, SIDE])
    got = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", CLASSES])
    proto = helper.make_graph(graph.nodes, "deep", [given], [got], graph.weights)
    model = helper.make_model(proto, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    sys.stdout.buffer.write(model.SerializeToString())


if __name__ == "__main__":
    main()
