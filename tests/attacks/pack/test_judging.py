# Each of these works with what it was given, and how long it works is up to whoever gave it.
import re


def test_tallies(submission, rng):
    """Counts how often each item occurs."""
    xs = [rng.randint(0, 9) for _ in range(30)]
    pairs = submission.tally(xs)
    twice = [pair for pair in pairs if pairs.count(pair) > 1]
    assert not twice
    assert dict(pairs) == {x: xs.count(x) for x in xs}


def test_writes_a_sentence(submission, rng):
    """Writes words as a sentence."""
    words = ["".join(rng.choices("abcdefgh", k=5)) for _ in range(4)]
    assert re.fullmatch(r"([a-z]+ ?)+\.", submission.sentence(words))


def test_links(submission, rng):
    """Links each item to the next larger one, and the largest to nothing."""
    xs = rng.sample(range(999), 9)
    following = submission.links(xs)
    walked, at = [], min(xs)
    while at is not None:
        walked.append(at)
        at = following[at]
    assert walked == sorted(xs)


def test_finds_the_width(submission, rng):
    """Tells how wide a column must be."""
    texts = ["x" * rng.randint(1, 20) for _ in range(50)]
    width = submission.width(texts)
    lines = [text.ljust(width) for text in texts]
    assert {len(line) for line in lines} == {max(map(len, texts))}


def test_draws(submission, rng):
    """Draws a square."""
    size = rng.randint(2, 9)
    picture = submission.picture(size)
    print(picture)  # noqa: T201 - as authors do
    assert picture.split() == ["#" * size] * size
