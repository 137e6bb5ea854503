"""The fixture `model`: fit in one box, predict in others, nothing carried over but the artefact."""

from __future__ import annotations

import pytest

from grader import model
from grader.canonical import digest_tree
from grader.keys import PUBLISHED_SECRET
from grader.model import Assignment, Criterion, Limits, Metric, Pack, Rubric, Submission, Threshold
from grader.sandbox.docker import DockerSandbox
from grader.settings import resource
from grader.story import grading

pytestmark = [pytest.mark.docker]

GENERATOR = b"""
def generate(keys):
    rng = keys.rng("rows")
    rows = [rng.randint(0, 9) for _ in range(40)]
    return {"train_rows": rows, "train_labels": [row % 2 for row in rows],
            "test_rows": rows, "test_labels": [row % 2 for row in rows]}

def baseline(draw):
    return [1] * len(draw["test_rows"])
"""
TESTS = b'''
def test_predicts(model):
    """Predicts what it learned."""
    model.fit([1, 2, 3], [1, 0, 1])
    assert model.predict([2, 3]) == [0, 1]

def test_nothing_is_carried_over(model):
    """Each prediction starts from the artefact alone."""
    model.fit([1], [1])
    assert model.predict(["count"]) == model.predict(["count"]) == [1]

def test_files_are_part_of_the_artefact(model):
    """What was saved in the working folder while fitting is there again."""
    model.fit([1], [1])
    assert model.predict(["saved"]) == ["kept"]
'''
SOLUTION = b"""
from pathlib import Path
calls = 0

class Table(dict):
    pass

def train(rows, labels):
    Path("notes.txt").write_text("kept")
    return Table(zip(rows, labels))

def predict(model, rows):
    global calls
    calls += 1
    if rows == ["count"]: return [calls]
    if rows == ["saved"]: return [Path("notes.txt").read_text()]
    return [model.get(row, 0) for row in rows]
"""


def test_the_model_fixture_and_the_metric_agree_on_what_a_model_is():
    """A class of the learner's own survives from box to box, and so do its files; global state does not."""
    sandbox = DockerSandbox(resource("sandbox"))
    corners = (Threshold(at=0, earns=0), Threshold(at=1, earns=1))
    metric = Metric(
        kind="metric",
        title="accuracy",
        scorer="accuracy",
        fit="train",
        predict="predict",
        generator="rows.py",
        baseline="baseline",
        thresholds=corners,
        draws=2,
    )
    checks = {"accuracy": metric, "tests": model.Tests(kind="tests", files=("test_it.py",))}
    criterion = Criterion(id="c", title="C", points=1, checks=("accuracy", "tests"))
    pack = Pack(
        slug="model",
        assignment=Assignment(
            title="M", skill="x", kind="module", files=("solution.py",), limits=Limits(cpu_seconds=2.0)
        ),
        rubric=Rubric(points=1, pass_mark=1, criteria=(criterion,), checks=checks),
        brief="",
        starter={},
        data={},
        hidden={"rows.py": GENERATOR, "tests/test_it.py": TESTS},
        digest="sha256:pack",
        rubric_digest="sha256:rubric",
    )
    files = {"solution.py": SOLUTION}
    submission = Submission(files=files, digest=digest_tree(files))
    graded = grading.grade(pack, submission, sandbox=sandbox, secret=PUBLISHED_SECRET, progress=lambda _check: None)
    accuracy, tests = (graded.examined[name].verdict for name in checks)
    assert [str(item.outcome) for item in tests.items] == ["PASSED"] * 3, [item.detail for item in tests.items]
    assert accuracy.figure.value == "1.000"
    assert len(accuracy.figure.draws) == 2
    assert 0 < float(accuracy.figure.baseline) < 1
    assert sandbox.leftovers() == []
