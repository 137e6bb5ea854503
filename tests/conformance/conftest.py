"""The back ends that the suite is run on, each a sandbox of its own that must leave nothing."""

from __future__ import annotations

import pytest

from grader.sandbox import groups
from grader.sandbox.choice import named

BACK_ENDS = [
    pytest.param("docker", marks=pytest.mark.docker),
    pytest.param("cells", marks=pytest.mark.docker),
    pytest.param("runsc", marks=[pytest.mark.docker, pytest.mark.runsc]),
    pytest.param("embedded", marks=pytest.mark.embedded),
    pytest.param("embedded, no groups", marks=pytest.mark.embedded),
]


@pytest.fixture(scope="session", params=BACK_ENDS)
def sandbox(request):
    """A back end, untried; the last as an ordinary user has it, who may make no control groups."""
    name, _, alone = request.param.partition(", ")
    with pytest.MonkeyPatch.context() as patch:
        if alone:
            patch.setattr(groups, "can_be_made", lambda: False)
        sandbox = named(name)
    yield sandbox
    sandbox.close()
    assert sandbox.leftovers() == []


@pytest.fixture(scope="session")
def back_end(sandbox):
    """Its name, as `grader.sandbox.choice.named` takes it."""
    if sandbox.tenancy("cell") == "cell":
        return "cells"
    return "runsc" if sandbox.own_kernel else "docker" if sandbox.name.startswith("docker") else "embedded"
