"""Stand-ins for hosted services, each in a box of its own, as a learner's clients and an author's tests meet them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from service_pack import details_of, examined, outcomes_of, service_pack

from grader.errors import AuthorError
from grader.model import Tenancy
from grader.sandbox.choice import open_sandbox
from grader.sandbox.interface import Sandbox

pytestmark = pytest.mark.docker


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    opened = open_sandbox("docker")
    yield opened
    opened.close()


@pytest.mark.parametrize("tenancy", ["cell", "single"])
@pytest.mark.parametrize("isolate", ["test", "check", "box"])
def test_honest_work_reaches_its_services(sandbox: Sandbox, tenancy: Tenancy, isolate: str) -> None:
    """What reached a service is told, each test has a new one, and a test without one has none."""
    given = examined(sandbox, service_pack(isolate=isolate), tenancy=tenancy)
    assert list(outcomes_of(given).values()) == ["PASSED"] * 6, details_of(given)
    assert sandbox.leftovers() == []


def test_a_service_that_the_assignment_does_not_name_is_the_author_s_fault(sandbox: Sandbox) -> None:
    """The author is told which key is missing, and nobody gets a mark."""
    hidden = "def test_it(submission, pinecone):\n    assert submission.reach(5081) == 200\n"
    pack = service_pack(hidden)
    pack = replace(pack, assignment=replace(pack.assignment, services=("chat",)))
    with pytest.raises(AuthorError, match="services"):
        examined(sandbox, pack)
