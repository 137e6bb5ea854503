"""first_failure and count_statuses: what is opened is closed, once."""

import importlib.util
import sys
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("hidden_log", Path(__file__).parents[1] / "log.py")
log = sys.modules.setdefault("hidden_log", importlib.util.module_from_spec(_spec))
_spec.loader.exec_module(log)


class Opened:
    """A source that is open, and a count of how often it was closed."""

    def __init__(self, text, *, endless=False):
        self.source = log.Source(text, endless=endless)
        self.closed = 0

    def close(self):
        self.closed += 1


def quiet(rng):
    return [log.line(log.parts(rng)) for _ in range(rng.randint(2, 6))]


@pytest.mark.hint("A generator that nobody reads to its end: who closes what it opened?")
def test_closes_after_the_first_failure(submission, rng):
    """Finds the first failure of an endless log, reads no further, and closes it once."""
    failed, text = log.parts(rng, 500), quiet(rng)
    opened = Opened([*text, log.line(failed)], endless=True)
    assert submission.first_failure(opened.source, opened.close) == failed[2]
    assert (opened.closed, opened.source.asked) == (1, len(text) + 1)


def test_closes_when_nothing_failed(submission, rng):
    """Gives None when no record failed, and closes the log once."""
    opened = Opened(quiet(rng))
    assert [submission.first_failure(opened.source, opened.close)] == [None]
    assert opened.closed == 1
    assert submission.count_statuses(opened.source, opened.close) == {}


@pytest.mark.hint("Which statement runs whatever happens before it?")
@pytest.mark.parametrize("name", ["first_failure", "count_statuses"])
def test_closes_when_the_source_breaks(submission, rng, name):
    """Closes the log once when reading it goes wrong, and lets the error through."""
    opened = Opened(quiet(rng))

    def breaks():
        if opened.source.asked == 2:
            raise KeyError("gone")
        return opened.source()

    with pytest.raises(KeyError):
        getattr(submission, name)(breaks, opened.close)
    assert opened.closed == 1


@pytest.mark.hint("When is the default value of a parameter made: at each call, or once?")
def test_counts_anew_each_time(submission, rng):
    """Counts how often each status comes, and begins anew with each log."""
    for _ in range(2):
        statuses = [rng.choice((200, 301, 404, 500)) for _ in range(rng.randint(4, 12))]
        opened = Opened([*(log.line(log.parts(rng, status)) for status in statuses), "restarted"])
        expected = {status: statuses.count(status) for status in set(statuses)}
        assert submission.count_statuses(opened.source, opened.close) == expected
        assert opened.closed == 1
