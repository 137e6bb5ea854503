"""What durations of the usual kind do.

A test takes the two functions it tries, so that it can be run against any version of them.
"""


def test_positive(read, write):
    assert read("1h 30m") == 5400
    assert read("45s") == 45
    assert read("5m2h") == 7500
    assert write(5400) == "1h 30m"
    assert write(0) == "0s"


if __name__ == "__main__":
    from durations import read, write

    test_positive(read, write)
