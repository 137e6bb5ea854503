"""The exported file: what it says of itself, which the target has to understand."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

net = SimpleNamespace(**run_path(str(Path(__file__).parents[1] / "network.py")))
FILE = "model.onnx"
ALLOWED = set(
    "Add AveragePool BatchNormalization Cast Concat Constant Conv Div Dropout Flatten Gemm GlobalAveragePool Identity "
    "MatMul Mul ReduceMean Relu Reshape Shape Slice Squeeze Sub Transpose Unsqueeze".split()
)


@pytest.fixture
def exported(artefact, keys):
    """The network's weights, and the files that the submission wrote for them."""
    state = net.weights(keys.numpy("weights"))
    return state, artefact.made_by("export", state)


@pytest.mark.hint("What do you call the input and the output when you export?")
def test_names_and_shapes(exported):
    """Has one input `pictures` of (n, 1, 16, 16) and one output `logits` of (n, 10), of floats, with n free."""
    facts = exported[1].facts(FILE)
    assert list(facts["inputs"]) == ["pictures"]
    assert list(facts["outputs"]) == ["logits"]
    given, got = facts["inputs"]["pictures"], facts["outputs"]["logits"]
    assert (given["type"], given["shape"][1:]) == ("FLOAT", [1, 16, 16])
    assert (got["type"], got["shape"][1:]) == ("FLOAT", [10])
    assert type(given["shape"][0]) is str
    assert type(got["shape"][0]) is str


@pytest.mark.hint("Which opset did you ask for? The exporter has a default of its own, which is newer.")
def test_opset(exported):
    """Uses opset 17 of ONNX, the newest that the target knows, and nothing of another domain."""
    assert exported[1].facts(FILE)["opset"] == {"ai.onnx": 17}


@pytest.mark.hint("An operator that only training needs has no place in the file.")
def test_operators(exported):
    """Is a valid file of plain operators, with all of the network's weights in it."""
    facts = exported[1].facts(FILE)
    assert facts["problem"] == ""
    assert set(facts["operators"]) <= ALLOWED
    assert facts["operators"].get("Conv") == 2
    assert facts["parameters"] >= 1_000


@pytest.mark.hint("Did the exporter write one file, or two?")
def test_one_file(exported):
    """Is one file of less than 64 kB, which needs no other."""
    _, made = exported
    assert made.facts(FILE)["external"] == []
    assert made.files[FILE] < 64_000
