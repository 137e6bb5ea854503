"""Attacks as data: what a table in table/*.toml says, and the pack they are thrown at."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from grader.canonical import digest_tree
from grader.model import Assignment, Check, Criterion, Limits, Metric, Pack, Rubric, Submission, Tests, Threshold

HERE = Path(__file__).parent
CANARY = "kanarie-5d1f"
MARK = "73019284650173"
"""Both are in hidden things only: the stem of all planted words, and a number among the inputs."""
POINTS = Fraction(30)


@dataclass(frozen=True, kw_only=True)
class Attack:
    """One dishonest submission.

    Attributes:
        name: family/name.
        says: what it tries.
        against: the attacked file of the pack, without `test_` and `.py`; `model` is the metric check.
        code: the submission, after its preludes.
        uses: preludes.
        outcomes: the outcome of each attacked test, by name without `test_`.
        raised: the family of error a learner is told, by test.
        solves: attacked tests that it does solve, as they ask for no more.
        before: outcome of the honest check asked first.
        after: outcome of the honest check asked last.
        wins: on the naive judge: `marks`, `leak`, `harm`, or `cannot`.
        because: why it cannot.
        family: image family.
        cpu: CPU seconds of a test.
        wall: clock seconds of a test.
        within: seconds that grading may take in all.
    """

    name: str
    says: str
    against: str
    code: str
    wins: str
    outcomes: dict[str, str] = field(default_factory=dict)
    uses: tuple[str, ...] = ()
    raised: dict[str, str] = field(default_factory=dict)
    solves: tuple[str, ...] = ()
    before: str = "PASSED"
    after: str = "PASSED"
    because: str = ""
    family: str = "python-core"
    cpu: float = 1.0
    wall: float = 4.0
    within: float = 60.0

    @property
    def submission(self) -> Submission:
        """What is handed in."""
        text = "\n".join([*(PRELUDES[name] for name in ("honest", *self.uses)), self.code])
        files = {"solution.py": text.encode("utf-8", "surrogatepass")}
        return Submission(files=files, digest=digest_tree(files))


def load() -> list[Attack]:
    """Return every attack of every table."""
    attacks = []
    for path in sorted((HERE / "table").glob("*.toml")):
        for name, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
            lists = {key: tuple(entry[key]) for key in ("uses", "solves") if key in entry}
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
    """Return the pack as one attack meets it: an honest check, the attacked one, another honest one."""
    checks: dict[str, Check] = {
        "before": Tests(kind="tests", files=("test_before.py",)),
        "attacked": _attacked(attack.against),
        "after": Tests(kind="tests", files=("test_after.py",)),
    }
    criteria = tuple(Criterion(id=name, title=name.capitalize(), points=POINTS, checks=(name,)) for name in checks)
    assignment = Assignment(
        title="Attacked",
        skill="safety/attacks",
        kind="module",
        files=("solution.py",),
        family=attack.family,
        limits=Limits(cpu_seconds=attack.cpu, wall_seconds=attack.wall, memory_mb=192, processes=32),
    )
    return Pack(
        slug="attacked",
        assignment=assignment,
        rubric=Rubric(points=3 * POINTS, pass_mark=3 * POINTS, criteria=criteria, checks=checks),
        brief="",
        starter={},
        data={},
        hidden=hidden(),
        digest="sha256:pack",
        rubric_digest="sha256:rubric",
    )


def _attacked(against: str) -> Check:
    if against != "model":
        return Tests(kind="tests", files=(f"test_{against}.py",))
    return Metric(
        kind="metric",
        title="Accuracy",
        scorer="accuracy",
        fit="train",
        predict="predict",
        generator="generator.py",
        thresholds=(Threshold(at=Fraction(9, 10), earns=Fraction(0)), Threshold(at=Fraction(1), earns=Fraction(1))),
    )


PRELUDES: dict[str, str] = {
    path.stem: path.read_text(encoding="utf-8") for path in sorted((HERE / "table").glob("*.prelude"))
}
