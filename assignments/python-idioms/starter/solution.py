"""A pipeline of log records: each step is a generator, and the last one decides how far it reads."""

from contextlib import contextmanager
from dataclasses import dataclass

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
        raise NotImplementedError


def parse(line):
    """Return the record that a line is; raises ValueError for one that is none."""
    raise NotImplementedError


def lines(source):
    """Yield lines until there are none."""
    raise NotImplementedError


def records(lines, bad=None):
    """Yield the records among lines; `bad` hears of the others."""
    raise NotImplementedError


def failures(records):
    """Yield the records that failed."""
    raise NotImplementedError


def pages(records, size):
    """Yield lists of so many records."""
    raise NotImplementedError


@contextmanager
def reading(source, close):
    """Lend the records of a source, and close it whatever happens."""
    raise NotImplementedError


def first_failure(source, close):
    """Return the path of the first record that failed, or None."""
    raise NotImplementedError


def count_statuses(source, close):
    """Return how often each status comes."""
    raise NotImplementedError
