"""Exports the network of data/network.py to ONNX."""


def export(weights):
    """Write `model.onnx` into the working folder.

    Args:
        weights: the network's state by name, numpy arrays: what `state_dict` of a trained network holds.
    """
    raise NotImplementedError
