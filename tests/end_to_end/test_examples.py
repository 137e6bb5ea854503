"""Every shipped example against secrets that nobody tuned it for.

`grader check` holds each example to its exact points under the published secret (test_command_line). Here the same
examples meet other inputs: the reference earns everything, and whatever is wrong stays below the pass mark. Two
secrets in `make test` (the second for light packs only), and in `make check-all`; twenty others in `make study`. Which
packs a tier grades is in tests/tiers.py.
"""

from __future__ import annotations

import hashlib

import pytest
import tiers

from grader import catalog, golden, intake
from grader.errors import SubmissionError
from grader.sandbox.docker import DockerSandbox
from grader.settings import resource

ROOTS = tiers.ROOTS
IN_TEST, IN_STUDY = 2, 20


@pytest.fixture(scope="module")
def sandbox() -> DockerSandbox:
    return DockerSandbox(resource("sandbox"))


def _gradings():
    """Yield every example with every secret that it is to meet."""
    packs = tiers.packs()
    once = tiers.heavy(packs) if tiers.IN_TEST else ()
    for number in range(IN_TEST + IN_STUDY):
        secret = hashlib.sha256(f"another secret {number}".encode()).digest()
        mark = pytest.mark.docker if number < IN_TEST else pytest.mark.study
        for slug in packs:
            for example in catalog.examples(slug, ROOTS) if number == 0 or slug not in once else ():
                yield pytest.param(slug, example, secret, marks=mark, id=f"{slug}/{example.name}-secret{number}")


@pytest.mark.parametrize(("slug", "example", "secret"), list(_gradings()))
def test_right_stays_right_and_wrong_stays_wrong(slug, example, secret, sandbox):
    """No example owes its mark to one secret."""
    pack = catalog.load(slug, ROOTS)
    if example.expect.error:
        with pytest.raises(SubmissionError):
            intake.freeze_files(example.files, pack.assignment, pack.data)
        return
    graded = golden.grade_example(pack, example, sandbox=sandbox, secret=secret, progress=lambda _step: None)
    score = graded.report.score
    if example.name == "reference":
        assert score.earned == score.possible
    elif example.expect.passed:
        assert score.earned >= score.pass_mark
    else:
        assert score.earned < score.pass_mark
