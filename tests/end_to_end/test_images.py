"""Each image family holds what it promises, seen from inside a container of it."""

from __future__ import annotations

import pytest

from grader.sandbox import images, recipes
from grader.sandbox.docker import connect
from grader.settings import resource

pytestmark = pytest.mark.docker


@pytest.mark.parametrize("family", sorted(recipes.families(resource("sandbox"))))
def test_a_family_holds_what_it_promises(family):
    """Its libraries import as the box's user, without network, on a read-only root."""
    images.self_test(connect(), family)
