"""The naive judge, inside its container: tests and submission share this process, as in most graders of today.

Everything is beside everything: solution, hidden tests, labels; an archive is unpacked over them. Marks are pytest's
own results, printed as one line of JSON at the end. The learner sees all that is printed, the text of every exception
that is no failed assertion, and a notebook as it was handed in.
"""

import base64
import importlib
import io
import json
import os
import pathlib
import random
import sys
import tarfile
import types
import zipfile

import pytest


class Marks:
    """The plugin that keeps marks, lends the fixtures and tells learners what was raised."""

    def __init__(self):
        self.marks = {}

    @pytest.fixture
    def submission(self):
        return importlib.import_module("solution")

    @pytest.fixture
    def rng(self, request):
        return random.Random(request.node.nodeid)  # noqa: S311 - repeatable inputs

    @pytest.fixture
    def keys(self):
        return types.SimpleNamespace(rng=random.Random)

    @pytest.fixture
    def box(self, submission):
        def call(name, *args, **kwargs):
            value = getattr(submission, name)(*args, **kwargs)
            same = next((number for number, arg in enumerate(args) if arg is value), None)
            return types.SimpleNamespace(value=value, args=args, kwargs=kwargs, same_as_arg=same)

        return types.SimpleNamespace(call=call, equal=lambda one, other: one == other)

    @pytest.fixture
    def stream(self, submission):
        def begin(make, *given):
            answer = getattr(submission, make)(*given).update

            def answers(observations):
                said = []
                for observation in observations:
                    said.append(answer(observation))  # noqa: PERF401 - a list that grows can be found and changed
                return said

            return types.SimpleNamespace(answer=answer, answers=answers)

        return begin

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item, call):
        report = yield
        if report.when == "call":
            self.marks[item.originalname.removeprefix("test_")] = report.passed
        if call.excinfo is not None and not isinstance(call.excinfo.value, AssertionError):
            error = call.excinfo.value
            print(f"{type(error).__name__}: {error}")  # noqa: T201 - this is what the learner sees
        return report


def unpack(folder):
    """Unpack what was handed in; of a notebook, run the cells and show the outputs that it came with."""
    if (folder / "handed-in.zip").exists():
        zipfile.ZipFile(folder / "handed-in.zip").extractall(folder)  # noqa: S202 - as graders of today do
    if (folder / "handed-in.tar").exists():
        tarfile.open(folder / "handed-in.tar").extractall(folder)  # noqa: S202, SIM115 - as graders of today do
    if (folder / "solution.ipynb").exists():
        cells = json.loads((folder / "solution.ipynb").read_text())["cells"]
        (folder / "solution.py").write_text("\n".join(cell["source"] for cell in cells))
        print(*[shown["data"]["text/html"] for cell in cells for shown in cell["outputs"]])  # noqa: T201 - as it came


def main():
    """Unpack what is judged, judge it, print the marks."""
    folder = pathlib.Path("/work/judge")
    folder.mkdir(parents=True)
    zipfile.ZipFile(io.BytesIO(base64.b64decode(sys.argv[1]))).extractall(folder)  # noqa: S202 - our own
    unpack(folder)
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    marks = Marks()
    files = ["test_before.py", *sys.argv[2:], "test_after.py"]
    pytest.main(["-p", "no:terminal", "-p", "no:cacheprovider", "--capture=no", *files], plugins=[marks])
    print("\n" + json.dumps({"marks": marks.marks}))  # noqa: T201 - this is how it is scraped


main()
