"""Stand-ins for hosted services, each in a box of its own, as a learner's clients and an author's tests meet them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from service_pack import handed_in, service_pack

from grader.errors import AuthorError
from grader.keys import PUBLISHED_SECRET
from grader.model import Pack, Tenancy
from grader.sandbox.choice import open_sandbox
from grader.sandbox.interface import Sandbox
from grader.story.grading import Graded, grade

pytestmark = pytest.mark.docker


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    opened = open_sandbox("docker")
    yield opened
    opened.close()


def judge(sandbox: Sandbox, pack: Pack, code: str, tenancy: Tenancy) -> Graded:
    """Grade honest work and what comes after it."""
    return grade(
        pack,
        handed_in(code),
        sandbox=sandbox,
        secret=PUBLISHED_SECRET,
        progress=lambda _: None,
        tenancy=tenancy,
    )


def outcomes(sandbox: Sandbox, code: str = "", tenancy: Tenancy = "cell", **pack: object) -> dict[str, str]:
    """Grade honest work and what comes after it; returns the outcome of each test."""
    graded = judge(sandbox, service_pack(**pack), code, tenancy)  # type: ignore[arg-type]
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


def test_a_service_that_the_assignment_does_not_name_is_the_author_s_fault(sandbox: Sandbox) -> None:
    """The author is told which key is missing, and nobody gets a mark."""
    hidden = "def test_it(submission, pinecone):\n    assert submission.reach(5081) == 200\n"
    pack = service_pack(hidden)
    pack = replace(pack, assignment=replace(pack.assignment, services=("chat",)))
    with pytest.raises(AuthorError, match="services"):
        judge(sandbox, pack, "", "cell")
