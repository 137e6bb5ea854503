"""Archives as learners and liars write them, and what is said of those that are refused."""

import io
import tarfile
import zipfile

import pytest

from grader import intake
from grader.errors import SubmissionError
from grader.model import Assignment

ONE = Assignment(title="One", skill="a", kind="module", files=("solution.py",))
CODE = b"def f():\n    return 1\n"
MB = 2**20


def zipped(path, entries, **how):
    """Write a zip of (name or ZipInfo, content)."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **how) as file:
        for name, content in entries:
            file.writestr(name, content)
    return path


def tarred(path, entries, mode="w"):
    """Write a tar of (name, content) or of (TarInfo, content)."""
    with tarfile.open(path, mode) as file:
        for name, content in entries:
            info = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            info.size = len(content) if info.isreg() else 0
            file.addfile(info, io.BytesIO(content))
    return path


def tar_entry(name, kind, target=""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def zip_entry(name, mode):
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


def refused(path, assignment=ONE):
    """Return the sentence of a refusal."""
    with pytest.raises(SubmissionError) as error:
        intake.freeze(path, assignment)
    assert str(error.value).isprintable()
    return str(error.value)
