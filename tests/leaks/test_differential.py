"""Two secrets, one submission: what a learner is shown is the same, whatever it does by its inputs.

It may differ in what the design gives away: id, clock, one of nine names of errors, outcomes, points, and four steps of
usage. Every field of a LearnerReport is listed here with where it comes from, so a new one has to be thought about.
"""

from __future__ import annotations

import dataclasses
import io
import json
import typing
from fractions import Fraction

import pytest
from rich.console import Console
from told import ACTS, SECRETS, Told, told

from grader import model
from grader.canonical import encode
from grader.model import LearnerReport
from grader.render.html import learner_page
from grader.render.json import as_json
from grader.render.terminal import learner_summary
from grader.store import Store

docker = pytest.mark.docker

PACK, OWN, ID, CLOCK, OUTCOME, POINTS, ERROR, STEP, FIGURE, DIGEST = (
    "pack own id clock outcome points error step figure digest".split()
)
FIELDS = {
    "LearnerReport": {
        "assignment": PACK, "title": PACK, "skill": PACK, "attempt": ID, "number": OWN, "learner": OWN,
        "received_at": CLOCK, "score": PACK, "passed": OUTCOME, "provisional": OUTCOME, "criteria": PACK,
        "next_step": OUTCOME, "next_step_worth": POINTS, "cpu_step": STEP, "memory_step": STEP, "repeated": OUTCOME,
        "published_secret": PACK, "known_example": OWN, "submission_digest": OWN, "findings_digest": DIGEST,
        "report_digest": DIGEST,
    },
    "Score": {"earned": POINTS, "possible": PACK, "pass_mark": PACK},
    "LearnerCriterion": {"title": PACK, "earned": POINTS, "possible": PACK, "checks": PACK},
    "LearnerCheck": {
        "kind": PACK, "outcome": OUTCOME, "items": PACK, "figure": PACK, "functions": PACK, "notes": PACK,
    },
    "LearnerItem": {"sentence": PACK, "outcome": OUTCOME, "passed": OUTCOME, "hint": OUTCOME, "raised": ERROR},
    "LearnerFigure": {
        "title": PACK, "value": FIGURE, "band": FIGURE, "starts": PACK, "full": PACK, "baseline": FIGURE,
        "reference_low": PACK, "reference_high": PACK, "lower_is_better": PACK,
    },
    "FunctionComplexity": {"name": OWN, "complexity": OWN, "allowed": PACK},
}  # fmt: skip
"""Where each comes from: the pack, the learner's own files, or what may differ. A `figure` is that of drawn rows, which
the rubric shows as it is; none of these submissions changes its own."""

MAY_DIFFER = {ID: "", CLOCK: "", OUTCOME: "", POINTS: Fraction(0), ERROR: "", STEP: 0, DIGEST: ""}
"""Each kind that may, and what stands in its place while the rest is compared; an outcome must be some word."""
FAMILIES = {
    "ValueError", "TypeError", "KeyError", "IndexError", "AttributeError", "ZeroDivisionError", "RecursionError",
    "NotImplementedError", "other", "",
}  # fmt: skip


def records(annotation: object) -> typing.Iterator[type]:
    """Yield every record that a type is made of."""
    if isinstance(annotation, type) and dataclasses.is_dataclass(annotation):
        yield annotation
        for hint in typing.get_type_hints(annotation).values():
            yield from records(hint)
    for part in typing.get_args(annotation):
        yield from records(part)


def without(record: typing.Any, *kinds: str) -> typing.Any:
    """Return a record with the fields of some kinds blank."""
    if isinstance(record, tuple):
        return tuple(without(part, *kinds) for part in record)
    if not dataclasses.is_dataclass(record):
        return record
    sources = FIELDS[type(record).__name__]
    blank = {
        name: model.Word.FAILED.value if name == "outcome" else MAY_DIFFER[kind]
        for name, kind in sources.items()
        if kind in kinds
    }
    rest = {name: without(getattr(record, name), *kinds) for name in sources if name not in blank}
    return dataclasses.replace(record, **blank, **rest)  # type: ignore[type-var]


def fields(record: typing.Any, kind: str) -> list[object]:
    """Return all values of one kind in a record."""
    if isinstance(record, tuple):
        return [value for part in record for value in fields(part, kind)]
    if not dataclasses.is_dataclass(record):
        return []
    sources = FIELDS[type(record).__name__]
    own = [getattr(record, name) for name in sources if sources[name] == kind]
    return own + [value for name in sources for value in fields(getattr(record, name), kind)]


def report_of(given: Told) -> LearnerReport:
    return Store(given.home).learner_report(given.attempt)


def in_terminal(report: LearnerReport) -> str:
    written = io.StringIO()
    learner_summary(report, Console(file=written, highlight=False))
    return written.getvalue()


def test_every_field_is_accounted_for():
    """A field that is added to what learners see must be listed here first."""
    found = {record.__name__: {field.name for field in dataclasses.fields(record)} for record in records(LearnerReport)}
    assert found == {name: set(sources) for name, sources in FIELDS.items()}


@docker
@pytest.mark.parametrize("name", ACTS)
def test_two_secrets_tell_the_same(name, folder):
    """JSON, page and terminal are equal byte for byte, but for what may differ; digests differ only with outcomes."""
    one, other = (report_of(told(name, secret, folder)) for secret in SECRETS)
    plain, also = (without(report, *MAY_DIFFER) for report in (one, other))
    assert encode(plain) == encode(also)
    assert learner_page(plain) == learner_page(also)
    assert in_terminal(plain) == in_terminal(also)
    story = [[fields(report, kind) for kind in (OUTCOME, POINTS, ERROR)] for report in (one, other)]
    if story[0] == story[1]:
        assert fields(one, DIGEST) == fields(other, DIGEST)


@docker
@pytest.mark.parametrize("name", ACTS)
def test_what_may_differ_is_of_few_words(name, folder):
    """Errors are of nine families, usage of four steps, outcomes of the words there are: none carries a text."""
    words = {word.value for word in model.Word}
    for secret in SECRETS:
        report = report_of(told(name, secret, folder))
        assert set(fields(report, ERROR)) <= FAMILIES
        assert set(fields(report, STEP)) <= {0, 1, 2, 3}
        outcomes = [check.outcome for part in report.criteria for check in part.checks]
        outcomes += [item.outcome for part in report.criteria for check in part.checks for item in check.items]
        assert {outcome.partition("(")[0] for outcome in outcomes} <= words


@docker
@pytest.mark.parametrize("name", ACTS)
def test_the_outputs_are_of_the_record_and_of_nothing_else(name, folder):
    """What was compared above is what was printed and written."""
    given = told(name, "one", folder)
    report = report_of(given)
    assert given.outputs["JSON"].strip() == as_json(report).strip()
    assert given.outputs["page"] == learner_page(report)
    assert given.outputs["terminal"].split() == in_terminal(report).split()


@docker
@pytest.mark.parametrize("name", ["raises", "raises-its-own", "raises-a-chain", "prints", "answers-objects"])
def test_control_authors_are_told_two_things(name, folder):
    """What the submission did by its inputs is in the whole report, and differs: there was something to keep back."""
    one, other = (json.loads(told(name, secret, folder).author) for secret in SECRETS)
    details = [
        [item["detail"] for verdict in report["verdicts"] for item in verdict["items"]] for report in (one, other)
    ]
    printed = [report["circumstances"]["printed"] for report in (one, other)]
    assert details[0] != details[1] or printed[0] != printed[1]
