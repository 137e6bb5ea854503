"""parse and Record."""

import importlib.util
import sys
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("hidden_log", Path(__file__).parents[1] / "log.py")
log = sys.modules.setdefault("hidden_log", importlib.util.module_from_spec(_spec))
_spec.loader.exec_module(log)


def test_reads_the_five_parts(submission, rng):
    """Reads the five parts of a line, each as what it is."""
    for _ in range(8):
        fields = log.parts(rng)
        record = submission.parse(log.line(fields))
        assert (record.when, record.method, record.path, record.status, record.seconds) == fields


@pytest.mark.hint("What does `int` say to a text that is no number? And is 99 a status?")
def test_refuses_what_is_no_record(submission, rng):
    """Raises ValueError for a line that is no record."""
    when, method, path, status, seconds = log.parts(rng)
    wrong = [*log.BROKEN, log.line((when, method, path, 99, seconds)), log.line((when, method, path, 600, seconds))]
    for line in [*wrong, log.line((when, method, path, status, seconds, "more"))]:
        with pytest.raises(ValueError):
            submission.parse(line)


@pytest.mark.hint("Is a property called, or looked at?")
def test_knows_what_failed(submission, rng):
    """Says of a record whether it failed: from status 500 on."""
    for status, failed in ((200, False), (499, False), (500, True), (rng.randint(501, 599), True)):
        assert submission.parse(log.line(log.parts(rng, status))).failed == failed


@pytest.mark.hint("What does a dataclass give you for nothing?")
def test_equal_records_are_equal(submission, box, rng):
    """Makes equal records of equal lines, and others of other lines."""
    one, other = log.parts(rng), log.parts(rng)
    assert submission.parse(log.line(one)).path == one[2]
    assert box.equal(submission.parse(log.line(one)), submission.parse(log.line(one)))
    assert not box.equal(submission.parse(log.line(one)), submission.parse(log.line((*other[:2], "/x", *other[3:]))))


@pytest.mark.hint("In which order does the dataclass take its fields?")
def test_is_made_of_its_parts(submission, box, rng):
    """Makes a record of its five parts, in their order, as of their line."""
    fields = log.parts(rng)
    record = submission.Record(*fields)
    assert (record.when, record.method, record.path, record.status, record.seconds) == fields
    assert box.equal(record, submission.parse(log.line(fields)))
