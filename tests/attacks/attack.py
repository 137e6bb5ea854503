"""Attacks as data: what a table in table/*.toml says, and the pack they are thrown at."""

from __future__ import annotations

import json
import tempfile
import tomllib
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Self

import parcel

from grader import intake
from grader.canonical import digest_tree
from grader.model import (
    Assignment,
    Check,
    Criterion,
    JudgingLimits,
    Limits,
    Metric,
    Pack,
    Rubric,
    Submission,
    Tests,
    Threshold,
)

HERE = Path(__file__).parent
CANARY = "kanarie-5d1f"
MARK = "73019284650173"
"""Both are in hidden things only: the stem of all planted words, and a number among the inputs."""
POINTS = Fraction(30)
BOMB = "bomb"
"""The attacked file of bombs: each is timed alone, in a pack of one test, by test_bombs.py."""
HONEST = {"cpu_seconds": 5.0, "wall_seconds": 20.0}
"""What the honest checks may use: far more than they need, so that a busy machine fails none of them."""


@dataclass(frozen=True, kw_only=True)
class Attack:
    """One dishonest submission.

    Attributes:
        name: family/name.
        says: what it tries.
        against: the attacked file of the pack, without `test_` and `.py`; `model` is the metric check.
        code: the submission, after its preludes.
        uses: preludes.
        notebook: the code is handed in as a notebook's one cell, with these outputs in HTML.
        parcel: it is handed in as an archive: see `parcel.Parcel`.
        refused: a part of the sentence with which the intake refuses the archive.
        outcomes: the outcome of each attacked test, by name without `test_`; `X or Y` where it is a race.
        raised: the family of error a learner is told, by test.
        solves: attacked tests that it does solve, as they ask for no more.
        before: outcome of the honest check asked first.
        after: outcome of the honest check asked last.
        wins: on the naive judge: `marks`, `leak`, `harm`, or `cannot`.
        because: why it cannot.
        everywhere: tried on the other back ends too.
        on: what differs on another back end, by its name: attributes of these, and `because`.
        isolate: what tests share.
        family: image family.
        cpu: CPU seconds of a test.
        wall: clock seconds of a test.
        judging: CPU seconds of the judge between two of its messages, where it is what is attacked.
        within: seconds that grading may take in all.
    """

    name: str
    says: str
    against: str
    code: str
    wins: str
    outcomes: dict[str, str] = field(default_factory=dict)
    uses: tuple[str, ...] = ()
    notebook: tuple[str, ...] = ()
    parcel: dict[str, Any] = field(default_factory=dict)
    refused: str = ""
    raised: dict[str, str] = field(default_factory=dict)
    solves: tuple[str, ...] = ()
    before: str = "PASSED"
    after: str = "PASSED"
    because: str = ""
    everywhere: bool = False
    on: dict[str, dict[str, Any]] = field(default_factory=dict)
    isolate: str = "test"
    family: str = "python-core"
    cpu: float = 1.0
    wall: float = 4.0
    judging: float = 0.0
    within: float = 60.0

    def on_back_end(self, name: str) -> Self:
        """Return it as one back end meets it."""
        differs = {key: tuple(value) if type(value) is list else value for key, value in self.on.get(name, {}).items()}
        return replace(self, **{key: value for key, value in differs.items() if key != "because"})

    @property
    def files(self) -> dict[str, bytes]:
        """What is handed in."""
        text = "\n".join([*(PRELUDES[name] for name in ("honest", *self.uses)), self.code])
        if self.notebook:
            return {"solution.ipynb": _notebook(text, self.notebook)}
        files = {"solution.py": text.encode("utf-8", "surrogatepass")}
        return parcel.packed(self.parcel, files) if self.parcel else files

    @property
    def submission(self) -> Submission:
        """What of it is taken; an archive goes through the intake.

        Raises:
            SubmissionError: the intake refuses it.
        """
        if not self.parcel:
            return Submission(files=self.files, digest=digest_tree(self.files))
        ((name, content),) = self.files.items()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, name)
            path.write_bytes(content)
            return intake.take(path, _assignment(self)).submission


def load() -> list[Attack]:
    """Return every attack of every table."""
    attacks = []
    for path in sorted((HERE / "table").glob("*.toml")):
        for name, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
            lists = {key: tuple(entry[key]) for key in ("uses", "solves", "notebook") if key in entry}
            attacks.append(Attack(name=f"{path.stem}/{name}", **{**entry, **lists}))
    return attacks


def hidden() -> dict[str, bytes]:
    """Return the hidden files of the pack: the tests in `tests/`, all else above them."""
    return {
        f"tests/{path.name}" if path.name.startswith("test_") else path.name: path.read_bytes()
        for path in sorted((HERE / "pack").iterdir())
        if path.is_file()
    }


def pack(attack: Attack) -> Pack:
    """Return the pack as one attack meets it: an honest check, the attacked one, a last honest one; bombs are alone."""
    honest = None if attack.before != "PASSED" else replace(_limits(attack), **HONEST)
    checks: dict[str, Check] = {
        "before": Tests(kind="tests", files=("test_before.py",), isolate=attack.isolate, limits=honest),
        "attacked": _attacked(attack),
        "after": Tests(kind="tests", files=("test_after.py",), isolate=attack.isolate, limits=honest),
    }
    if attack.against == BOMB:
        checks = {"attacked": checks["attacked"]}
    criteria = tuple(Criterion(id=name, title=name.capitalize(), points=POINTS, checks=(name,)) for name in checks)
    whole = POINTS * len(checks)
    return Pack(
        slug="attacked",
        assignment=_assignment(attack),
        rubric=Rubric(points=whole, pass_mark=whole, criteria=criteria, checks=checks),
        brief="",
        starter={},
        data={},
        hidden=hidden(),
        digest="sha256:pack",
        rubric_digest="sha256:rubric",
        reference={"solution.py": (PRELUDES["honest"] + PRELUDES["solved"]).encode()},
    )


def _assignment(attack: Attack) -> Assignment:
    judging = JudgingLimits(cpu_seconds=attack.judging, memory_mb=320) if attack.judging else JudgingLimits()
    return Assignment(
        title="Attacked",
        skill="safety/attacks",
        kind="notebook" if attack.notebook else "module",
        files=("solution.ipynb" if attack.notebook else "solution.py",),
        family=attack.family,
        limits=_limits(attack),
        judging=judging,
    )


def _limits(attack: Attack) -> Limits:
    return Limits(cpu_seconds=attack.cpu, wall_seconds=attack.wall, memory_mb=192, processes=32)


def _attacked(attack: Attack) -> Check:
    if attack.against != "model":
        return Tests(kind="tests", files=(f"test_{attack.against}.py",), isolate=attack.isolate)
    return Metric(
        kind="metric",
        title="Accuracy",
        scorer="accuracy",
        fit="train",
        predict="predict",
        generator="generator.py",
        thresholds=(Threshold(at=Fraction(9, 10), earns=Fraction(0)), Threshold(at=Fraction(1), earns=Fraction(1))),
    )


def _notebook(code: str, outputs: tuple[str, ...]) -> bytes:
    shown = [{"output_type": "display_data", "metadata": {}, "data": {"text/html": html}} for html in outputs]
    cell = {"cell_type": "code", "execution_count": 1, "metadata": {}, "source": code, "outputs": shown}
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [cell]}).encode()


PRELUDES: dict[str, str] = {
    path.stem: path.read_text(encoding="utf-8") for path in sorted((HERE / "table").glob("*.prelude"))
}
