"""A heavy library that a cell imports before there is a submission works in the boxes that are forked from it."""

from __future__ import annotations

import select

import pytest

from grader.errors import EngineError
from grader.model import Limits
from grader.sandbox.choice import named
from grader.sandbox.interface import BoxSpec

TELL = """
import os, sys
def tell(text): os.write(1, len(text.encode()).to_bytes(4, 'big') + text.encode())
assert LIBRARY in sys.modules, "it was not imported ahead"
"""
USES = {
    "cv2": "import cv2, numpy; tell(str(cv2.medianBlur(numpy.full((9, 9), 7, 'uint8'), 3).sum()))",
    "torch": "import torch; x = torch.ones(3, requires_grad=True); (7 * x).sum().backward(); tell(str(x.grad.sum()))",
    "torch._dynamo": "import torch; x = torch.nn.Linear(1, 1, bias=False); "
    "steps = torch.optim.SGD(x.parameters(), 1.0); torch.nn.init.ones_(x.weight); "
    "(7 * x(torch.ones(1))).sum().backward(); steps.step(); tell(str(int(x.weight)))",
    "xgboost": "import numpy, xgboost; x, y = numpy.array([[0.0], [1.0]] * 8), [0, 1] * 8; "
    "tell(str(xgboost.XGBClassifier(n_estimators=2, min_child_weight=0).fit(x, y).predict(x)[:2]))",
}
SAID = {"cv2": "567", "torch": "tensor(21.)", "torch._dynamo": "-6", "xgboost": "[0 1]"}


@pytest.mark.docker
@pytest.mark.parametrize(
    ("family", "library"),
    [("python-cv", "cv2"), ("python-dl", "torch"), ("python-dl", "torch._dynamo"), ("python-ml", "xgboost")],
)
def test_what_is_imported_ahead_works_in_a_fork(family, library):
    """Promises so of two boxes of one cell, one after the other: a thread that imports start is in no fork."""
    cells = named("cells")
    spec = BoxSpec(
        family=family,
        program=f"LIBRARY = {library!r}\n{TELL}{USES[library]}",
        limits=Limits(memory_mb=512, processes=16, disk_mb=8),
        deadline_seconds=120,
        role="learner",
        prepare=f"from grader_runner.prepare import prepare; prepare([{library!r}])",
        tenancy="cell",
    )
    try:
        if not is_built(cells, family):
            pytest.skip(f"{family} is not built here")
        for _ in range(2):
            box = cells.open(spec)
            while not (heard := box.receive()) and not box.closed:
                select.select([box.fileno()], [], [], 120)
            box.end(done=True)
            assert b"".join(heard).decode() == SAID[library]
    finally:
        cells.close()
    assert cells.leftovers() == []


def is_built(cells, family):
    try:
        cells.image_id(family)
    except EngineError:
        return False
    return True
