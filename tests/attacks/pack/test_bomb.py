def test_goes_off(submission):
    """Gives one."""
    assert submission.go_off() == 1
