"""What an author writes: the assignment, its rubric and criteria, and the pack that holds them.

The records that a TOML file fills are read strictly by `grader.catalog`: the field names below are the keys an author
types, and a key that is not here is refused. Their docstrings are the reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from grader.model.check import Check
from grader.model.limits import Build, JudgingLimits, Limits

ARTEFACTS = (".onnx", ".tflite", ".safetensors", ".joblib")
"""Endings of models that are handed in as files, and only ever opened in a box."""

Tenancy = Literal["cell", "single"]
"""Whether a box is one of many that a prepared container serves one after the other, or has a container of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What the learner is asked (`assignment.toml`).

    Attributes:
        title: the name learners read.
        skill: the node of the roadmap that it assesses, such as `algorithms/sorting`.
        kind: `module` (Python files), `notebook` (one .ipynb), `artefact` (models as files, with Python or without),
            `cpp` or `java` (built once, then run or called), an `app.py` that is served or used: `service` (an ASGI
            app, `app`), `streamlit` (a script) or `gradio` (`demo`), `patch` (a patch or git bundle against the files
            of `data/repository`), or `written` (Markdown).
        files: the files a submission must hold; nothing else is taken but `optional_files`. Of a patch: those that it
            may change.
        optional_files: files taken when present.
        family: the image family of the learner's box.
        proctor_family: the image family of the proctor.
        tenancy: `cell` (a prepared container serves one submission after the other: the fastest, for practice) or
            `single` (every box of a submission is a container of its own: the only one that can be certified).
        services: hosted services that the learner's client finds in its box (`pinecone`, `chat`), each a stand-in of
            ours in a box of its own; a test asks for one by the fixture of its name.
        gpu: graded by workers of the lane `gpu`, on machines that have one.
        seed_epoch: raised by the author to draw all inputs anew.
        draft: why nothing that is graded by it can be certified, a sentence; empty for one that can. A metric without a
            measured gap between right and wrong is a draft, and one whose answers follow from what is public.
        summary: one line for `grader list`.
        level: 1 beginner, 2 intermediate, 3 advanced.
        limits: what one test or call may use.
        judging: what the pack's own tests may use.
        build: how C++ and Java are built, and what that may use.
    """

    title: str
    skill: str
    kind: Literal["module", "notebook", "artefact", "cpp", "java", "service", "streamlit", "gradio", "patch", "written"]
    files: tuple[str, ...]
    optional_files: tuple[str, ...] = ()
    family: str = "python-core"
    proctor_family: str = "python-ml"
    tenancy: Tenancy = "cell"
    services: tuple[Literal["chat", "pinecone"], ...] = ()
    gpu: bool = False
    seed_epoch: int = 1
    draft: str = ""
    summary: str = ""
    level: Literal[1, 2, 3] = 1
    limits: Limits = field(default_factory=Limits)
    judging: JudgingLimits = field(default_factory=JudgingLimits)
    build: Build = field(default_factory=Build)


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

    def __hash__(self) -> int:
        """Return the hash of what nearly always tells two apart."""
        return hash((self.slug, self.digest, self.rubric_digest))
