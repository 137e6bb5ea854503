def test_comes_back(submission, rng):
    """Writes a text as bytes, and reads it again."""
    text = f"kanarie-5d1f-input {rng.randint(0, 10**9)}"
    assert submission.read(submission.write(text)) == text
