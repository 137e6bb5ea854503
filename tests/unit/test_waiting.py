"""What is waited for may have any number."""

import os
import resource

import pytest

from grader.sandbox.waiting import await_either, is_readable

BEYOND_SELECT = 1500


class Numbered:
    """What has a descriptor."""

    def __init__(self, number):
        self._number = number

    def fileno(self):
        return self._number


@pytest.fixture
def far():
    """Both ends of a pipe under numbers that select(2) does not take."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(limits[0], BEYOND_SELECT + 2), limits[1]))
    near = os.pipe()
    yield [Numbered(os.dup2(one, BEYOND_SELECT + end)) for end, one in enumerate(near)]
    for one in (*near, BEYOND_SELECT, BEYOND_SELECT + 1):
        os.close(one)
    resource.setrlimit(resource.RLIMIT_NOFILE, limits)


def test_a_stream_is_waited_for_whatever_its_number(far):
    """Promises that a worker with many boxes hears each of them."""
    reading, writing = far
    assert not is_readable(reading, 0)
    os.write(writing.fileno(), b"!")
    assert is_readable(reading, 10)
    assert await_either(reading, 10, room=False) == (True, False)


def test_room_is_told_where_it_is_asked_for(far):
    """Promises that who has nothing to send is not woken by room for it."""
    _, writing = far
    assert await_either(writing, 10, room=True) == (False, True)
    assert await_either(writing, 0, room=False) == (False, False)


def test_the_end_of_a_stream_wakes_whoever_waits():
    """Promises that a box that has ended is not waited for."""
    reading, writing = os.pipe()
    os.close(writing)
    assert is_readable(Numbered(reading), 10)
    os.close(reading)
