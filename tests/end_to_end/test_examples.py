"""Every shipped example against secrets that nobody tuned it for.

`grader check` holds each example to its exact points under the published secret (test_command_line). Here the same
examples meet other inputs: the reference earns everything, and whatever is wrong stays below the pass mark. Two
secrets in `make check-all`, of which `make test` takes one, by the commit; twenty others in `make study`. By turns they
are met by boxes that are containers of their own, and by those that an installation would give. Which packs a tier
grades is in tests/tiers.py.
"""

from __future__ import annotations

import hashlib

import pytest
import tiers

from grader import catalog, golden, intake
from grader.errors import SubmissionError
from grader.sandbox.choice import named, open_sandbox

ROOTS = tiers.ROOTS
IN_ALL, IN_STUDY = 2, 20


@pytest.fixture(scope="module")
def sandbox(request):
    """One whose boxes are containers of their own, or as an installation has it, with cells."""
    sandbox = named("docker") if request.param == "single" else open_sandbox("docker")
    yield sandbox
    sandbox.close()


def _gradings():
    """Yield every example with every secret that it is to meet."""
    turn = int(tiers.commit() or "0", 16) % IN_ALL
    for number in [turn] if tiers.IN_TEST else range(IN_ALL + IN_STUDY):
        secret = hashlib.sha256(f"another secret {number}".encode()).digest()
        mark = pytest.mark.docker if number < IN_ALL else pytest.mark.study
        lodging = ("single", "cell")[number % 2]
        for slug in tiers.packs():
            for example in catalog.examples(slug, ROOTS):
                name = f"{slug}/{example.name}-secret{number}-{lodging}"
                yield pytest.param(slug, example, secret, lodging, marks=mark, id=name)


@pytest.mark.parametrize(("slug", "example", "secret", "sandbox"), list(_gradings()), indirect=["sandbox"])
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
