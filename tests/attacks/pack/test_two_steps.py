def test_prepares_and_answers(submission, rng):
    """Answers after it was prepared."""
    xs = [rng.randint(-999, 999) for _ in range(9)]
    submission.prepare()
    assert submission.answer(xs) == sorted(xs)
