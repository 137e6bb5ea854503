"""A pipeline of log records: each step is a generator, and the last one decides how far it reads."""

from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

PARTS = 5


@dataclass(frozen=True)
class Record:
    """One line of the log."""

    when: str
    method: str
    path: str
    status: int
    seconds: float

    @property
    def failed(self):
        """Whether the server could not answer."""
        return self.status >= 500


def parse(line):
    """Return the record that a line is; raises ValueError for one that is none."""
    parts = line.split(" ")
    if len(parts) != PARTS:
        raise ValueError(f"{len(parts)} parts")
    when, method, path, status, seconds = parts
    if not 100 <= int(status) <= 599:
        raise ValueError(f"status {status}")
    return Record(when, method, path, int(status), float(seconds))


def lines(source):
    """Yield lines until there are none."""
    line = source()
    while line is not None:
        following = source()
        yield line
        line = following


def records(lines, bad=None):
    """Yield the records among lines; `bad` hears of the others."""
    for line in lines:
        try:
            record = parse(line)
        except ValueError:
            if bad is not None:
                bad(line)
        else:
            yield record


def failures(records):
    """Yield the records that failed."""
    return (record for record in records if record.failed)


def pages(records, size):
    """Yield lists of so many records."""
    records = iter(records)
    while page := list(islice(records, size)):
        yield page


@contextmanager
def reading(source, close):
    """Lend the records of a source, and close it whatever happens."""
    try:
        yield records(lines(source))
    finally:
        close()


def first_failure(source, close):
    """Return the path of the first record that failed, or None."""
    with reading(source, close) as found:
        return next((record.path for record in failures(found)), None)


def count_statuses(source, close):
    """Return how often each status comes."""
    counts = {}
    with reading(source, close) as found:
        for record in found:
            counts[record.status] = counts.get(record.status, 0) + 1
    return counts
