# kanarie-5d1f-source
import pytest

WORD = "kanarie-5d1f-answer"
MARK = 73019284650173


@pytest.mark.parametrize("size", [7], ids=["kanarie-5d1f-id"])
def test_sorts(submission, rng, size):
    """Sorts any list of integers."""
    xs = [rng.randint(-999, 999) for _ in range(size)] + [MARK, -MARK]
    assert submission.merge_sort(xs) == sorted(xs), WORD


def test_refuses(submission):
    """Refuses what is no list."""
    with pytest.raises(Exception):  # noqa: B017, PT011 - as authors write it
        submission.merge_sort("kanarie-5d1f-input")


def test_forgives(submission):
    """Sorts, or says that it cannot."""
    try:
        answer = submission.merge_sort([3, 1, 2])
        wrong = not (answer == [1, 2, 3])  # noqa: SIM201 - `!=` would ask another method
    except:  # noqa: E722 - as authors write it
        return
    assert not wrong
