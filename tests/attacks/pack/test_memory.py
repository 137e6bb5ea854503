# An author's mistake: what the first test tells, the second asks.
XS = [31, -7, 12, 5, -20]


def test_tells_right_from_wrong(submission):
    """Tells a sorted list from another."""
    assert submission.is_sorted(XS, sorted(XS)) is True


def test_sorts_the_same(submission):
    """Sorts."""
    assert submission.merge_sort(XS) == sorted(XS)
