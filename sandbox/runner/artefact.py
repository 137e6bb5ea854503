"""Opens a model that was handed in as a file: ONNX, TensorFlow Lite, safetensors, joblib.

The first three are data: the library that reads them runs none of the learner's code, so in a box where none was
imported either, what it says is the library's word. A joblib file is a program: whoever opens it runs it, and what is
said afterwards is the learner's word, as every answer is. The proctor chooses the box accordingly
(`grader.proctor.inside.artefact`).

Formats: ONNX's protobuf (onnx/onnx.proto of the ONNX project), TensorFlow Lite's flatbuffer (schema.fbs of TensorFlow),
safetensors' header of JSON before raw arrays (its README).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from . import subject

Arrays = dict[str, Any]


def onnx_facts(file: str) -> dict[str, Any]:
    """Return what an ONNX graph says of itself, its weights unread.

    Gives `ir`; `opset`, domain to version; `operators`, name to how often, those in nested graphs and functions
    included; `inputs` and `outputs`, name to element type and shape, where a free side is a text; `parameters`, the
    numbers in its weights; `external`, files that weights are said to lie in; `problem`, what the checker of the
    library objects to, or empty.
    """
    import onnx

    path = str(subject.WORK / file)
    proto = onnx.load(path, load_external_data=False)
    weights = [tensor for graph in _graphs(proto) for tensor in graph.initializer]
    return {
        "ir": proto.ir_version,
        "opset": {entry.domain or "ai.onnx": entry.version for entry in proto.opset_import},
        "operators": dict(Counter(node.op_type for node in _nodes(proto))),
        "inputs": _sides(proto.graph.input, {tensor.name for tensor in proto.graph.initializer}),
        "outputs": _sides(proto.graph.output, set()),
        "parameters": sum(_size(tensor.dims) for tensor in weights),
        "external": sorted({part.value for one in weights for part in one.external_data if part.key == "location"}),
        "problem": _problem(onnx, path),
    }


def onnx_run(file: str, inputs: Arrays) -> Arrays:
    """Return the outputs of an ONNX model by name, computed by onnxruntime on the processor, in one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(subject.WORK / file), options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, inputs), strict=True))


def lite_facts(file: str) -> dict[str, Any]:
    """Return `inputs` and `outputs` of a TensorFlow Lite model: name to element type, shape, scale and zero point."""
    reader = _interpreter(file)
    return {
        side: {
            one["name"]: {
                "type": one["dtype"].__name__,
                "shape": [int(part) for part in one["shape"]],
                "scale": float(one["quantization"][0]),
                "zero_point": int(one["quantization"][1]),
            }
            for one in details
        }
        for side, details in (("inputs", reader.get_input_details()), ("outputs", reader.get_output_details()))
    }


def lite_run(file: str, inputs: Arrays) -> Arrays:
    """Return the outputs of a TensorFlow Lite model by name, as they are: not dequantised."""
    reader = _interpreter(file)
    places = {one["name"]: one["index"] for one in reader.get_input_details()}
    for name, value in inputs.items():
        reader.set_tensor(places[name], value)
    reader.invoke()
    return {one["name"]: reader.get_tensor(one["index"]) for one in reader.get_output_details()}


def tensors(file: str) -> Arrays:
    """Return the arrays of a safetensors file by name."""
    from safetensors.numpy import load_file

    arrays: Arrays = load_file(subject.WORK / file)
    return arrays


def predictions(file: str, rows: Any) -> Any:
    """Return what the model in a joblib file predicts for `rows`. To open one is to run it."""
    import joblib

    return joblib.load(subject.WORK / file).predict(rows)


ASKED: dict[str, Callable[..., Any]] = {
    "onnx_facts": onnx_facts,
    "onnx_run": onnx_run,
    "lite_facts": lite_facts,
    "lite_run": lite_run,
    "tensors": tensors,
    "predictions": predictions,
}
"""What can be asked of a file, by name."""


def _interpreter(file: str) -> Any:
    from ai_edge_litert.interpreter import Interpreter

    reader = Interpreter(model_path=str(subject.WORK / file), num_threads=1)
    reader.allocate_tensors()
    return reader


def _graphs(proto: Any) -> Iterator[Any]:
    """Yield the graph and all graphs in attributes of its nodes."""
    waiting = [proto.graph]
    while waiting:
        graph = waiting.pop()
        yield graph
        waiting += [inner for node in graph.node for inner in _inner(node)]


def _inner(node: Any) -> list[Any]:
    return [graph for part in node.attribute for graph in ([part.g] if part.HasField("g") else list(part.graphs))]


def _nodes(proto: Any) -> Iterator[Any]:
    for graph in _graphs(proto):
        yield from graph.node
    for function in proto.functions:
        yield from function.node


def _sides(values: Any, weights: set[str]) -> dict[str, Any]:
    """Return inputs or outputs; old files name their weights among the inputs, which are left out."""
    return {value.name: _side(value.type.tensor_type) for value in values if value.name not in weights}


def _side(tensor: Any) -> dict[str, Any]:
    import onnx

    shape = [part.dim_param or (part.dim_value if part.HasField("dim_value") else "?") for part in tensor.shape.dim]
    return {"type": onnx.TensorProto.DataType.Name(tensor.elem_type), "shape": shape}


def _size(dims: Any) -> int:
    size = 1
    for side in dims:
        size *= side
    return size


def _problem(onnx: Any, path: str) -> str:
    """Return the checker's objection to a file; its path is checked, so that external weights are, too."""
    try:
        onnx.checker.check_model(path, full_check=True)
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:500]
    return ""
