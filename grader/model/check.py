"""The questions that a rubric can ask, one record a kind; each is judged in the file of `grader.checks` of that name.

Their fields are the keys of a table `[checks.<name>]`, and their docstrings the reference. The three that measure have
a file of their own, `grader.model.measurement`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from grader.model.limits import Limits, TestLimits
from grader.model.measurement import Growth, Latency, Metric


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
        build: which build of C++ is asked: `plain`, or `sanitized` (a second one, which AddressSanitizer and
            UndefinedBehaviorSanitizer watch and end).
        limits: replaces the assignment's limits for this check.
        test_limits: limits of single tests, by name (`test_sorts`) or by id (`test_sorting.py::test_sorts[1]`).
    """

    __test__ = False

    kind: Literal["tests"]
    files: tuple[str, ...]
    isolate: Literal["test", "check", "box"] = "test"
    all_or_nothing: bool = False
    needs: tuple[str, ...] = ()
    build: Literal["plain", "sanitized"] = "plain"
    limits: Limits | None = None
    test_limits: Mapping[str, TestLimits] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Static:
    """What the source says without running it. A deterrent: rules on source text can be evaded.

    Attributes:
        kind: `static`.
        max_complexity: highest cyclomatic complexity of a function (radon).
        min_maintainability: lowest maintainability index of a file, from 0 to 100 (radon).
        require_docstrings: every public module-level function and class, and every public method, says what it does.
        require_imports: modules that must be imported.
        forbid_imports: modules that must not be imported.
        require_calls: names that must be called.
        forbid_calls: names that must not be called, plain (`sorted`) or as a method (`.sort`). Ways round a name count
            as its use: `getattr(list, "sort")`, `__builtins__`, `eval`.
        needs: checks that must have passed, else this one is SKIPPED.
    """

    kind: Literal["static"]
    max_complexity: int | None = None
    min_maintainability: int | None = None
    require_docstrings: bool = False
    require_imports: tuple[str, ...] = ()
    forbid_imports: tuple[str, ...] = ()
    require_calls: tuple[str, ...] = ()
    forbid_calls: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One level of a review, as a reviewer chooses it and the learner reads it.

    Attributes:
        title: its name, such as "Good"; what a reviewer types.
        sentence: what work of this level is like.
        share: the share of the points, as a decimal or a fraction such as "1/2".
    """

    title: str
    sentence: str
    share: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A person reads the work and chooses a level. Until enough have, the check is PENDING.

    Attributes:
        kind: `review`.
        question: what the reviewer is asked, and the learner reads.
        levels: two or more, in rising order of `share`; the first earns nothing, the last all.
        reviewers: how many people it takes, 1 or 2. Two who are more than one level apart need a third, and the middle
            level of the three counts.
        conflict: what two neighbouring levels come to: the `mean` of their shares, or the `lower` of them.
        needs: checks that must have passed, else this one is SKIPPED, and nobody is asked.
    """

    kind: Literal["review"]
    question: str
    levels: tuple[Level, ...]
    reviewers: Literal[1, 2] = 1
    conflict: Literal["mean", "lower"] = "mean"
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Tests):
    """Hidden tests that ask the learner's process for its own word, such as whether its own tests pass.

    What is earned so is marked in the report, and nothing that rests on it can be certified. The keys are those of
    `tests`.

    Attributes:
        kind: `claim`.
    """

    __test__ = False

    kind: Literal["claim"]  # type: ignore[assignment]  # another word, and the same keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The form of something written, in Markdown, or the message of a patch: what makes it worth a person's time.

    Attributes:
        kind: `document`.
        file: a file of the submission, or `commit-message.txt` of a patch.
        headings: words that a heading must hold, each a rule, whatever the case of letters.
        min_words: so many words that a reader sees; comments, code, hidden text and repeated paragraphs are none.
        max_words: at most so many.
        max_paragraph_words: at most so many in one paragraph.
        links: a folder below `data/` from which relative links start (`.` for `data/` itself): each must lead to a
            file, folder or heading that is there. Others must be well formed; none is fetched.
        code_blocks: so many code blocks in Python, JSON or TOML, all of which can be parsed.
        max_first_line: characters of the first line, which a blank line follows.
        needs: checks that must have passed, else this one is SKIPPED.
    """

    kind: Literal["document"]
    file: str
    headings: tuple[str, ...] = ()
    min_words: int | None = None
    max_words: int | None = None
    max_paragraph_words: int | None = None
    links: str = ""
    code_blocks: int | None = None
    max_first_line: int | None = None
    needs: tuple[str, ...] = ()


Check = Tests | Claim | Metric | Latency | Growth | Static | Document | Review
