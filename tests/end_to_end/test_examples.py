"""Every shipped example against secrets that nobody tuned it for.

`grader check` holds each example to its exact points under the published secret (test_command_line). Here the same
examples meet other inputs: the reference earns everything, and whatever is wrong stays below the pass mark. Two
secrets in `make test` (for the reference and all that is wrong on purpose), twenty others in `make study` (for all).
"""

from __future__ import annotations

import hashlib

import pytest

from grader import catalog, golden
from grader.sandbox.docker import DockerSandbox
from grader.settings import Settings, resource

ROOTS = Settings.from_environment([]).assignments
IN_TEST, IN_STUDY = 2, 20


@pytest.fixture(scope="module")
def sandbox() -> DockerSandbox:
    return DockerSandbox(resource("sandbox"))


def _secrets():
    for number in range(IN_TEST + IN_STUDY):
        mark = pytest.mark.docker if number < IN_TEST else pytest.mark.study
        yield pytest.param(
            hashlib.sha256(f"another secret {number}".encode()).digest(), marks=mark, id=f"secret{number}"
        )


def _examples():
    for slug in catalog.slugs(ROOTS):
        for example in catalog.examples(slug, ROOTS):
            yield pytest.param(slug, example, id=f"{slug}/{example.name}")


@pytest.mark.parametrize("secret", list(_secrets()))
@pytest.mark.parametrize(("slug", "example"), list(_examples()))
def test_right_stays_right_and_wrong_stays_wrong(slug, example, secret, sandbox):
    """No example owes its mark to one secret."""
    pack = catalog.load(slug, ROOTS)
    graded = golden.grade_example(pack, example, sandbox=sandbox, secret=secret, progress=lambda _step: None)
    score = graded.report.score
    if example.name == "reference":
        assert score.earned == score.possible
    elif example.expect.passed:
        assert score.earned >= score.pass_mark
    else:
        assert score.earned < score.pass_mark
