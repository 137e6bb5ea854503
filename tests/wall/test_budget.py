"""The limits of a box, with a clock of ours: when they run, when they stand, and which word they give."""

from __future__ import annotations

import pytest

from grader.model import Limits
from grader.sandbox.budget import Budget, Ending, ending_of_exit
from grader.sandbox.interface import Exit, Measured

LIMITS = Limits(cpu_seconds=2.0, wall_seconds=5.0, output_kb=1)
IDLE = Measured()
LOADING = 100.0


@pytest.fixture
def budget():
    """A budget whose test began at 100, and which has been asked nothing."""
    budget = Budget(LIMITS, 0.0)
    budget.begin(LOADING, IDLE)
    return budget


def word(ending: Ending | None) -> str:
    return "" if ending is None else f"{ending.word} {ending.which}".strip()


def cpu(seconds: float) -> Measured:
    return Measured(cpu_seconds=seconds)


def test_the_clock_runs_from_the_start():
    """Opening and loading count: the clock runs from the first moment."""
    budget = Budget(LIMITS, 10.0)
    assert budget.overrun(15.0, IDLE, 0) is None
    assert word(budget.overrun(15.1, IDLE, 0)) == "TIMED_OUT wall"


def test_the_clock_stands_while_nothing_is_asked(budget):
    """An author's slow test costs a learner nothing."""
    assert budget.overrun(10_000.0, IDLE, 0) is None


def test_the_clock_runs_while_something_is_asked(budget):
    """From question to answer it runs, up to and including the limit."""
    budget.asked(100.0)
    assert budget.overrun(105.0, IDLE, 0) is None
    assert word(budget.overrun(105.01, IDLE, 0)) == "TIMED_OUT wall"


def test_waits_add_up(budget):
    """Many short waits of one test are one long one."""
    for start in (100.0, 200.0, 300.0):
        budget.asked(start)
        budget.answered(start + 1.9)
    assert word(budget.overrun(400.0, IDLE, 0)) == "TIMED_OUT wall"


def test_asking_twice_does_not_start_anew(budget):
    """A second question while the first is open does not move the start of the wait."""
    budget.asked(100.0)
    budget.asked(104.0)
    assert word(budget.overrun(105.5, IDLE, 0)) == "TIMED_OUT wall"


def test_answering_twice_counts_once(budget):
    """An answer that nobody asked for neither earns nor costs time."""
    budget.asked(100.0)
    budget.answered(101.0)
    budget.answered(200.0)
    assert budget.waited_in_all == pytest.approx(LOADING + 1.0)
    assert budget.overrun(300.0, IDLE, 0) is None


def test_begin_starts_anew(budget):
    """Each test has limits of its own."""
    budget.asked(100.0)
    budget.answered(104.9)
    budget.begin(105.0, cpu(1.9))
    budget.asked(105.0)
    assert budget.overrun(109.9, cpu(3.8), 0) is None
    assert word(budget.overrun(109.9, cpu(4.0), 0)) == "TIMED_OUT cpu"


def test_cpu_counts_always(budget):
    """CPU used while nothing is asked costs its maker."""
    assert budget.overrun(100.0, cpu(2.0), 0) is None
    assert word(budget.overrun(100.0, cpu(2.01), 0)) == "TIMED_OUT cpu"


def test_cpu_before_clock(budget):
    """Where both are over, CPU is the word, and nothing is tried again."""
    budget.asked(100.0)
    ending = budget.overrun(999.0, cpu(3.0), 0)
    assert word(ending) == "TIMED_OUT cpu"
    assert not ending.once_more


@pytest.mark.parametrize(("used", "again"), [(0.0, True), (0.99, True), (1.0, False), (1.9, False)])
def test_an_idle_overrun_is_tried_once_more(budget, used, again):
    """Only a clock that ran out with the CPU well below its limit is worth one more try."""
    budget.asked(100.0)
    assert budget.overrun(106.0, cpu(used), 0).once_more is again


def test_output(budget):
    """What is printed is capped."""
    assert budget.overrun(100.0, IDLE, 1024) is None
    assert word(budget.overrun(100.0, IDLE, 1025)) == "OVER_LIMIT output"


def test_the_default_clock_is_generous():
    """Wall defaults to 3 x CPU + 2 s."""
    assert Limits(cpu_seconds=10.0).wall == 32.0
    assert LIMITS.wall == 5.0


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (Measured(oom_kills=1), "OUT_OF_MEMORY"),
        (Measured(refused_forks=1), "OVER_LIMIT processes"),
        (Measured(full="disk"), "OVER_LIMIT disk"),
        (Measured(full="inodes"), "OVER_LIMIT inodes"),
        (Measured(full="disk", refused_forks=1, oom_kills=1), "OUT_OF_MEMORY"),
    ],
    ids=str,
)
def test_what_the_kernel_denied_decides(budget, seen, expected):
    """Memory, another process, room for a file: whatever the box went on to say, and memory before the others."""
    assert budget.denied(IDLE) is None
    assert word(budget.denied(seen)) == expected
    assert word(budget.overrun(100.0, seen, 0)) == expected


def test_what_was_denied_counts_for_the_test_in_which_it_happened(budget):
    """The next test begins with what was counted before; a place that is still full is full for it too."""
    budget.begin(200.0, Measured(oom_kills=1, refused_forks=2))
    assert budget.denied(Measured(oom_kills=1, refused_forks=2)) is None
    assert budget.denied(Measured(oom_kills=2, refused_forks=2)) is not None


def test_a_test_can_have_limits_of_its_own(budget):
    """They hold from its beginning to the next one's."""
    budget.begin(100.0, IDLE, Limits(cpu_seconds=5.0))
    assert budget.overrun(100.0, cpu(4.0), 0) is None
    budget.begin(101.0, cpu(4.0), LIMITS)
    assert word(budget.overrun(101.0, cpu(6.5), 0)) == "TIMED_OUT cpu"


def test_shares_are_kept(budget):
    """The largest share of the CPU limit is kept over all tests."""
    budget.overrun(100.0, cpu(1.0), 0)
    budget.begin(101.0, cpu(1.0))
    budget.overrun(101.0, cpu(1.2), 0)
    assert budget.top_cpu_share == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (Exit(code=0, oom=False), "CRASHED"),
        (Exit(code=137, oom=False), "CRASHED"),
        (Exit(code=137, oom=True), "OUT_OF_MEMORY"),
        (Exit(code=None, oom=False), "CRASHED"),
    ],
    ids=str,
)
def test_endings(end, expected):
    """Memory first, then the exit code; a box that ends by itself has crashed, whatever its code."""
    assert ending_of_exit(end).word == expected
