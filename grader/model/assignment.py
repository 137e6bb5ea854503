"""What an author writes: assignment, rubric, criteria, checks, limits.

The records that a TOML file fills are read strictly by `grader.catalog`: the field names below are the keys an author
types, and a key that is not here is refused. Their docstrings are the reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

Tenancy = Literal["cell", "single"]
"""Whether a box is one of many that a prepared container serves one after the other, or has a container of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a submission may use, enforced from outside its box.

    Attributes:
        cpu_seconds: processor time of one test or call, all its processes together.
        wall_seconds: clock time of one test or call; by default 3 x cpu_seconds + 2.
        memory_mb: memory of a box, its temporary files included.
        processes: processes and threads alive at once in a box.
        output_kb: what one box may print.
        disk_mb: temporary files of a box.
    """

    cpu_seconds: float = 10.0
    wall_seconds: float | None = None
    memory_mb: int = 256
    processes: int = 64
    output_kb: int = 1024
    disk_mb: int = 32

    @property
    def wall(self) -> float:
        """Clock limit in seconds; generous by default, so that a busy host does not fail honest work."""
        return self.wall_seconds if self.wall_seconds is not None else 3 * self.cpu_seconds + 2


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgingLimits(Limits):
    """What the pack's own tests and metrics may use, in the proctor's box.

    Attributes:
        cpu_seconds: processor time between two messages of the proctor's.
        wall_seconds: clock time between two; by default 3 x cpu_seconds + 2.
        memory_mb: memory of the proctor's box.
        processes: processes and threads alive at once.
        output_kb: what it may print.
        disk_mb: temporary files, the hidden files included.
    """

    cpu_seconds: float = 60.0
    memory_mb: int = 2048
    processes: int = 128
    disk_mb: int = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What the learner is asked (`assignment.toml`).

    Attributes:
        title: the name learners read.
        skill: the node of the roadmap that it assesses, such as `algorithms/sorting`.
        kind: `module` (Python files) or `notebook` (one .ipynb).
        files: the files a submission must hold; nothing else is taken but `optional_files`.
        optional_files: files taken when present.
        family: the image family of the learner's box.
        proctor_family: the image family of the proctor.
        tenancy: `cell` (a prepared container serves one submission after the other: the fastest, for practice) or
            `single` (every box of a submission is a container of its own: the only one that can be certified).
        gpu: graded by workers of the lane `gpu`, on machines that have one.
        seed_epoch: raised by the author to draw all inputs anew.
        summary: one line for `grader list`.
        level: 1 beginner, 2 intermediate, 3 advanced.
        limits: what one test or call may use.
        judging: what the pack's own tests may use.
    """

    title: str
    skill: str
    kind: Literal["module", "notebook"]
    files: tuple[str, ...]
    optional_files: tuple[str, ...] = ()
    family: str = "python-core"
    proctor_family: str = "python-ml"
    tenancy: Tenancy = "cell"
    gpu: bool = False
    seed_epoch: int = 1
    summary: str = ""
    level: Literal[1, 2, 3] = 1
    limits: Limits = field(default_factory=Limits)
    judging: JudgingLimits = field(default_factory=JudgingLimits)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestLimits:
    """What one test may use, where it differs from its check.

    Memory, processes and disk belong to a box, and so to a check.

    Attributes:
        cpu_seconds: processor time of the test.
        wall_seconds: clock time of the test; by default 3 x cpu_seconds + 2 when cpu_seconds is given here.
        output_kb: what may be printed.
    """

    __test__ = False  # not a test, whatever pytest makes of the name

    cpu_seconds: float | None = None
    wall_seconds: float | None = None
    output_kb: int | None = None

    def within(self, check: Limits) -> Limits:
        """Return the limits of a test of a check with limits `check`."""
        wall = self.wall_seconds if self.cpu_seconds is not None else self.wall_seconds or check.wall_seconds
        return replace(
            check,
            cpu_seconds=self.cpu_seconds or check.cpu_seconds,
            wall_seconds=wall,
            output_kb=self.output_kb or check.output_kb,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tests:
    """Ordinary pytest files in `hidden/tests`, run in the proctor against the learner's box.

    Attributes:
        kind: `tests`.
        files: names in `hidden/tests`; every test in them counts.
        isolate: `test` (each test starts from a fresh fork of the state after import), `check` (one state for all),
            `box` (a new box for each test).
        all_or_nothing: a single failing test earns nothing.
        needs: checks that must have passed, else this one is SKIPPED.
        limits: replaces the assignment's limits for this check.
        test_limits: limits of single tests, by name (`test_sorts`) or by id (`test_sorting.py::test_sorts[1]`).
    """

    __test__ = False

    kind: Literal["tests"]
    files: tuple[str, ...]
    isolate: Literal["test", "check", "box"] = "test"
    all_or_nothing: bool = False
    needs: tuple[str, ...] = ()
    limits: Limits | None = None
    test_limits: Mapping[str, TestLimits] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """One corner of the line from metric to share of the points.

    Attributes:
        at: the metric, as a decimal text such as "0.90".
        earns: the share of the points there, as a decimal or a fraction such as "1/2".
    """

    at: Fraction
    earns: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How a model is asked again, to see that a prediction depends on its own row only.

    Attributes:
        subset: share of the rows (at most 1/2) asked again, shuffled, in another box.
        single_rows: how many rows are asked again one at a time, each in a box of its own.
        tolerance: largest difference between two numeric answers for the same row, as a decimal text.
        off_because: set to a sentence to switch all of it off; the sentence is printed in the report.
    """

    subset: Fraction = Fraction(1, 2)
    single_rows: int = 2
    tolerance: Fraction = Fraction(1, 10**6)
    off_because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What the reference solution reached over many draws, shown beside the learner's figure.

    Attributes:
        low: the lowest figure recorded, as a decimal text.
        high: the highest figure recorded.
    """

    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A figure of merit of a model on data it has never seen, computed in the proctor.

    Attributes:
        kind: `metric`.
        title: the name of the figure as the learner reads it, such as "F1".
        scorer: a scikit-learn scorer by name (`f1`, `neg_root_mean_squared_error`), or `file.py:function` in
            `hidden/` called with (labels, predictions).
        generator: a file in `hidden/` whose `generate(keys)` returns a draw; or
        data: a labelled CSV file in `hidden/`; the learner is then shown a band, never the figure.
        label: the label column of `data`.
        test_share: with `data`: the share of rows kept for the test.
        fit: the learner's function called with the training rows and labels; what it returns is the model.
        predict: the learner's function called with the model and rows; returns one answer a row, in order.
        answers: what an answer must be: `int`, `float`, `str` or `bool`.
        answer_range: lowest and highest answer allowed, as decimal texts.
        thresholds: corners of the line from figure to share of the points, in rising order of `at`.
        draws: how many draws are made.
        combine: `mean` or `min` of the draws.
        decimals: to how many decimals the figure is rounded, half up, before it earns points.
        lower_is_better: the figure is a loss: thresholds fall with `at`.
        baseline: a function of the generator file, called with the draw: a naive answer's predictions.
        reference: what the reference solution reached.
        agreement: how the model is asked again.
        needs: checks that must have passed, else this one is SKIPPED.
        limits: replaces the assignment's limits for each fit and predict call.
    """

    kind: Literal["metric"]
    title: str
    scorer: str
    fit: str
    predict: str
    thresholds: tuple[Threshold, ...]
    generator: str = ""
    data: str = ""
    label: str = ""
    test_share: Fraction = Fraction(3, 10)
    answers: Literal["int", "float", "str", "bool"] = "int"
    answer_range: tuple[Fraction, Fraction] | None = None
    draws: int = 1
    combine: Literal["mean", "min"] = "mean"
    decimals: int = 3
    lower_is_better: bool = False
    baseline: str = ""
    reference: Reference | None = None
    agreement: Agreement = field(default_factory=Agreement)
    needs: tuple[str, ...] = ()
    limits: Limits | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Static:
    """What the source says without running it. A deterrent: rules on source text can be evaded.

    Attributes:
        kind: `static`.
        max_complexity: highest cyclomatic complexity of a function (radon).
        require_imports: modules that must be imported.
        forbid_imports: modules that must not be imported.
        require_calls: names that must be called.
        forbid_calls: names that must not be called, plain (`sorted`) or as a method (`.sort`).
        needs: checks that must have passed, else this one is SKIPPED.
    """

    kind: Literal["static"]
    max_complexity: int | None = None
    require_imports: tuple[str, ...] = ()
    forbid_imports: tuple[str, ...] = ()
    require_calls: tuple[str, ...] = ()
    forbid_calls: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


Check = Tests | Metric | Static


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One line of the rubric.

    Attributes:
        id: its short name in `expect.toml`.
        title: the sentence the learner reads.
        points: what it is worth.
        checks: the checks that decide it, each an equal part of the points.
    """

    id: str
    title: str
    points: Fraction
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric:
    """How an assignment is judged (`rubrics/<slug>.toml`).

    Attributes:
        points: the whole, which must be the sum of the criteria's points.
        pass_mark: points needed to pass.
        criteria: in the order in which they are shown.
        checks: by name, in the order in which they run.
    """

    points: Fraction
    pass_mark: Fraction
    criteria: tuple[Criterion, ...]
    checks: Mapping[str, Check]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """An assignment with its rubric and files, as loaded.

    Attributes:
        slug: the folder's name.
        assignment: what is asked.
        rubric: how it is judged.
        brief: the README, Markdown.
        starter: files handed out, by relative path.
        data: public files, which cross the wall.
        hidden: tests, generators and labels, which never do.
        digest: of the assignment's files; examples and rubric are not part of it.
        rubric_digest: of the rubric file.
        reference: files of `examples/reference`, to tell a learner's fault from the author's when judging breaks.
    """

    slug: str
    assignment: Assignment
    rubric: Rubric
    brief: str
    starter: Mapping[str, bytes]
    data: Mapping[str, bytes]
    hidden: Mapping[str, bytes]
    digest: str
    rubric_digest: str
    reference: Mapping[str, bytes] = field(default_factory=dict)
