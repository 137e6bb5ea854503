"""The generators, asked for one item after the other while their source is watched."""

import importlib.util
import sys
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("hidden_log", Path(__file__).parents[1] / "log.py")
log = sys.modules.setdefault("hidden_log", importlib.util.module_from_spec(_spec))
_spec.loader.exec_module(log)


def drawn(rng, count):
    return [log.parts(rng) for _ in range(count)]


@pytest.mark.hint("Does your function hold `yield`, or does it build a list and return it?")
def test_calling_asks_for_nothing(submission, box, rng):
    """Asks its source for nothing before it is asked for an item itself."""
    source = log.Source(map(log.line, drawn(rng, 5)))
    with box.lend(source) as lent:
        pages = submission.pages(submission.failures(submission.records(submission.lines(lent))), 2)
        assert source.asked == 0
        assert list(pages) == []
    assert source.asked == 6


@pytest.mark.hint("When you are asked for one record, how many lines do you read?")
def test_reads_one_line_for_one_record(submission, box, rng):
    """Reads one line for each record it is asked for, and no more."""
    fields = drawn(rng, 6)
    source = log.Source(map(log.line, fields))
    with box.lend(source) as lent:
        records = submission.records(submission.lines(lent))
        for number, (_, _, path, _, _) in enumerate(fields, start=1):
            assert next(records).path == path
            assert source.asked == number


@pytest.mark.hint("Who decides how far a pipeline reads: its first step, or its last?")
def test_reads_an_endless_log(submission, box, rng):
    """Finds failures in a log without end, and reads it no further than the last of them."""
    quiet = [log.line(fields) for fields in drawn(rng, rng.randint(3, 9))]
    failed = log.parts(rng, 503)
    source = log.Source([*quiet, log.line(failed)], endless=True)
    with box.lend(source) as lent:
        failures = submission.failures(submission.records(submission.lines(lent)))
        for times in (1, 2, 3):
            assert next(failures).path == failed[2]
            assert source.asked == times * (len(quiet) + 1)


@pytest.mark.hint("Is the last page shorter than the others? Is there one when nothing is left?")
def test_fills_pages(submission, box, rng):
    """Fills pages of the size asked for, the last of what is left, and reads a page only when it is asked for."""
    for count in (0, 1, 6, 7):
        fields = drawn(rng, count)
        source = log.Source(map(log.line, fields))
        with box.lend(source) as lent:
            pages = submission.pages(submission.records(submission.lines(lent)), 3)
            if count > 3:
                assert [record.path for record in next(pages)] == [path for _, _, path, _, _ in fields[:3]]
                assert source.asked == 3
                fields = fields[3:]
            read = [[record.path for record in page] for page in pages]
        assert read == [[path for _, _, path, _, _ in fields[at : at + 3]] for at in range(0, len(fields), 3)]


@pytest.mark.hint("What becomes of a line that is no record, and who hears of it?")
def test_leaves_out_what_is_no_record_and_says_so(submission, box, rng):
    """Leaves out lines that are no records, and hands each to `bad` as it comes."""
    fields, heard = drawn(rng, 3), []
    broken = rng.sample([line for line in log.BROKEN if line], 2)
    text = [log.line(fields[0]), broken[0], log.line(fields[1]), broken[1], log.line(fields[2])]
    with box.lend(log.Source(text)) as lent, box.lend(heard.append) as bad:
        records = submission.records(submission.lines(lent), bad)
        assert next(records).path == fields[0][2]
        assert heard == []
        assert [record.path for record in records] == [fields[1][2], fields[2][2]]
    assert heard == broken
    assert [record.path for record in submission.records(text)] == [path for _, _, path, _, _ in fields]


@pytest.mark.hint("Where is a long log while you read it?")
def test_reads_a_long_log(submission, box, rng):
    """Reads three hundred lines in their order, and stops asking when there are no more."""
    fields = drawn(rng, 300)
    source = log.Source(map(log.line, fields))
    with box.lend(source) as lent:
        read = [record.status for record in submission.records(submission.lines(lent))]
    assert read == [status for _, _, _, status, _ in fields]
    assert source.asked == 301


@pytest.mark.hint("Is everything that goes wrong a bad line? `except Exception` thinks so.")
def test_lets_errors_of_the_source_through(submission, box, rng):
    """Hides no error of the source: what was read before is given, and then the error."""
    fields = drawn(rng, 20)
    source = log.Source(map(log.line, fields))

    def breaks():
        if source.asked == 12:
            raise KeyError("gone")
        return source()

    read = []
    with box.lend(breaks) as lent:
        records = iter(submission.records(submission.lines(lent)))
        with pytest.raises(KeyError):
            read.extend(record.path for record in records)
    assert read == [path for _, _, path, _, _ in fields[:12]]
