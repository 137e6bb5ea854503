"""Judging one submission to the end, whatever it does to the judge.

Theory of operation. A hidden test takes what a box said and works with it, so an answer can be made to keep it busy for
ever, or to end it. Nobody may gain by that, and nobody may lose for an author's mistake, so when judging breaks the
same test is run again, with the same inputs, on the pack's own reference. If the reference passes, it was the answer:
OVER_LIMIT(judging), and the attempt counts. If it does not, the pack is wrong, and the attempt waits for a new version.
If no box had said anything, it was neither, and the fault is ours. What was decided before stays decided; the tests
that are left are put to a new proctor, a few times.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from grader import intake, wire
from grader.canonical import digest_tree
from grader.errors import AuthorError, EngineError
from grader.model import Limits, Metric, Pack, Submission, Tenancy, Usage, Word
from grader.proctor.announced import Announced, Expected, key_of
from grader.proctor.faults import JudgingBroke, ReferenceFailed
from grader.proctor.sitting import Evidence, Sitting, sit
from grader.sandbox.interface import Sandbox
from grader.sandbox.watched import add

MOST_BROKEN = 3
"""After so many broken proctors, the tests that are left of a check are not asked."""
BROKEN = {"word": Word.OVER_LIMIT.value, "which": "judging", "raised": ""}

_ANNOUNCED = Announced()

Order = Mapping[str, Any]


class Judging:
    """One submission before its judges.

    Args:
        sandbox: where they sit.
        pack: what judges.
        submission: what is judged.
        seed: of this submission.
        tenancy: of the learner's boxes.
    """

    def __init__(self, sandbox: Sandbox, pack: Pack, submission: Submission, seed: bytes, tenancy: Tenancy) -> None:
        self._sandbox = sandbox
        self._pack = pack
        self._submission = submission
        self._seed = seed
        self._tenancy = tenancy
        self._expected: Expected = {}
        self._held = ExitStack()
        self._sitting: Sitting | None = None
        self.printed = ""

    def close(self) -> None:
        """End the proctor and every box."""
        self._sitting = None
        self._held.close()

    def collect(self) -> Expected:
        """Return the tests of every check of kind `tests`: id, sentence, hint, weight; no box has been opened yet."""
        key = key_of(self._pack, self._sandbox.recipe(self._pack.assignment.proctor_family))
        known = _ANNOUNCED.recall(key)
        self._expected = self._sit().collect() if known is None else known
        _ANNOUNCED.keep(key, self._expected)
        return self._expected

    def model(self) -> list[str] | None:
        """Return the names of fit and predict, from the rubric's first metric check."""
        metric = next((check for check in self._pack.rubric.checks.values() if isinstance(check, Metric)), None)
        return [metric.fit, metric.predict] if metric else None

    def ask(self, name: str, order: Order, limits: Limits, limits_of: Mapping[str, Limits] | None = None) -> Evidence:
        """Have one check carried out. See `Sitting.ask`.

        Raises:
            AuthorError: the pack is wrong, with its own reference too.
            EngineError: our fault.
        """
        given: list[wire.Message] = []
        used = Usage()
        if order["kind"] == "tests":
            order = {**order, "tests": self._not_among(given, name)}
        for _ in range(MOST_BROKEN):
            sitting = self._sit()
            try:
                more, done, cost = sitting.ask(name, order, limits, limits_of or {})
            except ReferenceFailed:
                raise
            except (JudgingBroke, AuthorError) as broke:
                if not sitting.box_spoke:
                    raise
                self.close()
                one = {"files": [sitting.running], "tests": [sitting.running]} if sitting.running else {}
                self._ask_of_reference(name, {**order, **one}, limits, broke)
            else:
                self.printed = sitting.printed
                return [*given, *more], done, add(used, cost)
            given, used = [*given, *sitting.given], add(used, sitting.used)
            if order["kind"] != "tests":
                return given, dict(BROKEN, detail="what it answered broke off the measuring"), used
            if sitting.running:
                given.append(dict(BROKEN, id=sitting.running, detail="what it answered broke off this test's judging"))
            left = self._not_among(given, name)
            order = {**order, "files": left, "tests": left}
            if not order["files"]:
                return given, {}, used
        skipped = [dict(BROKEN, id=test, detail="not asked: judging broke off too often") for test in order["files"]]
        return [*given, *skipped], {}, used

    def _not_among(self, given: list[wire.Message], name: str) -> list[str]:
        known = {one["id"] for one in given}
        return [test["id"] for test in self._expected[name] if test["id"] not in known]

    def _sit(self) -> Sitting:
        if self._sitting is None:
            self._sitting = self._held.enter_context(sit(self._sandbox, self._pack, self._tenancy))
            self._sitting.start(self._submission, self._seed)
        return self._sitting

    def _ask_of_reference(self, name: str, order: Order, limits: Limits, broke: Exception) -> None:
        """Ask the same of the reference.

        Raises:
            AuthorError: it breaks judging too, or does not pass.
        """
        assignment = self._pack.assignment
        files = intake.program_of(self._pack.reference, assignment, self._pack.data)
        reference = Submission(files=files, digest=digest_tree(files))
        try:
            with sit(self._sandbox, self._pack, self._tenancy) as sitting:
                sitting.start(reference, self._seed)
                given, done, _ = sitting.ask(name, order, limits, {})
        except (JudgingBroke, AuthorError) as again:
            raise _wrong_pack(name, order, broke) from again
        words = [one.get("word") for one in given] or [done.get("word") or Word.PASSED.value]
        if not files or words != [Word.PASSED.value]:
            raise _wrong_pack(name, order, broke)


@contextmanager
def judging(
    sandbox: Sandbox, pack: Pack, submission: Submission, seed: bytes, tenancy: Tenancy = "single"
) -> Iterator[Judging]:
    """Open the judging of a submission; ends every proctor and box."""
    opened = Judging(sandbox, pack, submission, seed, tenancy)
    try:
        yield opened
    finally:
        opened.close()


def _wrong_pack(name: str, order: Order, broke: Exception) -> AuthorError:
    if isinstance(broke, AuthorError):
        return broke
    hidden = broke.hidden if isinstance(broke, EngineError) else ""
    return AuthorError(
        "the hidden files of this assignment broke off judging, with its own reference too: no fault of yours, and the "
        "attempt is not used up; whoever holds the pack is told more by `grader check`",
        hidden=f"check {name}, {', '.join(order.get('files', []))}: {broke} {hidden}",
    )
