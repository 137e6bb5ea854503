"""What a rubric may say of streams: they come from a generator, have a scorer of their own, and are asked once."""

from __future__ import annotations

import pytest

from grader import catalog
from grader.errors import AuthorError, SubmissionError
from grader.intake import freeze_files
from grader.model import Assignment

RUBRIC = """
points = 1
pass_mark = 1
criteria = [{ id = "c", title = "C", points = 1, checks = ["figure"] }]

[checks.figure]
kind = "metric"
title = "Share"
scorer = "streams.py:share"
generator = "streams.py"
fit = "train"
predict = "follow"
each = true
thresholds = [{ at = 0, earns = 0 }, { at = 1, earns = 1 }]
"""
ASSIGNMENT = """
title = "S"
skill = "x/y"
kind = "module"
files = ["solution.py"]
"""


def write(root, rubric=RUBRIC, assignment=ASSIGNMENT):
    folder = root / "follow"
    (folder / "hidden").mkdir(parents=True)
    files = {"rubric.toml": rubric, "assignment.toml": assignment, "README.md": "# S\n", "hidden/streams.py": ""}
    for name, content in files.items():
        (folder / name).write_text(content)
    return [root]


def test_a_metric_over_streams_is_read(tmp_path):
    """Promises that the rubric of the guide is taken."""
    assert catalog.load("follow", write(tmp_path)).rubric.checks["figure"].each is True


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ('scorer = "streams.py:share"', 'scorer = "f1"', "file.py:function"),
        ("each = true", "each = true\nagreement = { single_rows = 1 }", "a stream cannot"),
        ('generator = "streams.py"', 'data = "streams.py"\nlabel = "x"', "streams come from a generator"),
    ],
)
def test_what_streams_cannot_have_is_refused(tmp_path, was, now, said):
    """Promises a sentence that names the key for what has no meaning with `each = true`."""
    with pytest.raises(AuthorError, match=said):
        catalog.load("follow", write(tmp_path, RUBRIC.replace(was, now)))


@pytest.mark.parametrize("file", ["model.onnx", "model.tflite", "model.safetensors", "model.joblib"])
def test_models_are_taken_as_files(tmp_path, file):
    """Promises that an assignment of kind `artefact` needs no Python."""
    asked = ASSIGNMENT.replace("module", "artefact").replace("solution.py", file)
    assert catalog.load("follow", write(tmp_path, assignment=asked)).assignment.files == (file,)


def test_an_artefact_without_a_model_is_refused(tmp_path):
    """Promises that the kind means what it says."""
    with pytest.raises(AuthorError, match="found no model"):
        catalog.load("follow", write(tmp_path, assignment=ASSIGNMENT.replace("module", "artefact")))


def test_a_model_may_be_larger_than_a_text():
    """Promises that weights have room where source has none, and that their room ends too."""
    asked = Assignment(title="M", skill="x/y", kind="artefact", files=("model.onnx", "solution.py"))
    two_megabytes = bytes(2 * 2**20)
    taken = freeze_files({"model.onnx": two_megabytes, "solution.py": b""}, asked)
    assert taken.files["model.onnx"] == two_megabytes
    for files in ({"model.onnx": b"", "solution.py": two_megabytes}, {"model.onnx": bytes(17 * 2**20)}):
        with pytest.raises(SubmissionError, match="larger than"):
            freeze_files(files, asked)
