"""A stream: each answer is to be the mark of its own observation, before the next is known."""


def test_answers_each_in_time(stream, rng):
    """Answers each observation from what came before it."""
    xs = [rng.randint(-999, 999) for _ in range(12)]
    assert stream("Watcher").answers(xs) == [sum(xs[: number + 1]) for number in range(len(xs))]


def test_knows_no_other_stream(stream, rng):
    """Begins each stream with nothing."""
    for number in range(2):
        xs = [rng.randint(-999, 999) for _ in range(5)]
        assert stream("Watcher").answers(xs) == [sum(xs[: number + 1]) for number in range(len(xs))]


def test_guesses_what_comes(stream, rng):
    """Says what comes next, which nobody can."""
    xs = [rng.randint(-999, 999) for _ in range(12)]
    assert stream("Prophet").answers(xs)[:-1] == xs[1:]
