"""Exports the network as it is used, not as it is trained, with a free number of pictures."""

import torch

from data.network import Network


def loaded(weights):
    network = Network()
    return network.eval()


def export(weights):
    torch.onnx.export(
        loaded(weights),
        (torch.zeros(1, 1, 16, 16),),
        "model.onnx",
        input_names=["pictures"],
        output_names=["logits"],
        dynamic_axes={"pictures": {0: "n"}, "logits": {0: "n"}},
        opset_version=17,
        dynamo=False,
    )
