"""What several unit tests begin with: a pack in a folder, a learner's repository, a folder that nothing is left in."""

import shutil
import tempfile
from pathlib import Path

import pytest
from repositories import Repository
from sorting_pack import write_pack


@pytest.fixture
def root(tmp_path):
    """A root like this repository's, with one right pack `sorting`."""
    return write_pack(tmp_path)


@pytest.fixture
def learner(tmp_path):
    """A learner's repository, with the given files."""
    return Repository(tmp_path / "learner")


@pytest.fixture
def nothing_is_left_behind(tmp_path, monkeypatch):
    """Every test: the folders of the child are gone, and a canary beside them has not moved."""
    holder = Path(tempfile.mkdtemp(prefix="patches-"))
    holder.chmod(0o755)
    monkeypatch.setattr(tempfile, "tempdir", str(holder))
    canary = holder / "canary"
    canary.write_text("alive", "utf-8")
    yield
    assert [path.name for path in holder.iterdir()] == ["canary"]
    assert canary.read_text("utf-8") == "alive"
    shutil.rmtree(holder)
