"""Stand-ins for hosted services, each in a box of its own, as a learner's clients and an author's tests meet them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from service_pack import handed_in, service_pack

from grader.keys import PUBLISHED_SECRET
from grader.model import Tenancy
from grader.sandbox.choice import open_sandbox
from grader.sandbox.interface import Sandbox
from grader.story.grading import grade

pytestmark = pytest.mark.docker


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    opened = open_sandbox("docker")
    yield opened
    opened.close()


def outcomes(sandbox: Sandbox, code: str = "", tenancy: Tenancy = "cell", **pack: object) -> dict[str, str]:
    """Grade honest work and what comes after it; returns the outcome of each test."""
    graded = grade(
        service_pack(**pack),  # type: ignore[arg-type]
        handed_in(code),
        sandbox=sandbox,
        secret=PUBLISHED_SECRET,
        progress=lambda _: None,
        tenancy=tenancy,
    )
    (examined,) = graded.examined.values()
    assert sandbox.leftovers() == []
    return {
        item.id.rpartition("::test_")[2]: f"{item.outcome} {item.detail[-600:]}".strip()
        for item in examined.verdict.items
    }


@pytest.mark.parametrize("tenancy", ["cell", "single"])
@pytest.mark.parametrize("isolate", ["test", "check", "box"])
def test_honest_work_reaches_its_services(sandbox: Sandbox, tenancy: Tenancy, isolate: str) -> None:
    """What reached a service is told, each test has a new one, and a test without one has none."""
    given = outcomes(sandbox, tenancy=tenancy, isolate=isolate)
    assert given == dict.fromkeys(given, "PASSED")
    assert len(given) == 6
