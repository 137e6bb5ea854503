"""What was graded once is there for all tests, in whatever process they run."""

import os

import pytest


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """The folder of this run; processes side by side share it."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "told"
