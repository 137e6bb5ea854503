"""Twelve light tests. They import nothing, so that any Python can run the very same text beside us."""


def test_sorts_what_python_sorts(submission, rng):
    """Sorts any list of integers."""
    xs = [rng.randint(-999, 999) for _ in range(200)]
    assert submission.merge_sort(xs) == sorted(xs)


def test_sorts_few(submission, rng):
    """Sorts lists of none, one and two."""
    one, two = rng.sample(range(100), 2)
    assert submission.merge_sort([]) == []
    assert submission.merge_sort([one]) == [one]
    assert submission.merge_sort([one, two]) == sorted([one, two])


def test_sorts_equal_items(submission, rng):
    """Keeps items that are there more than once."""
    xs = [rng.randint(0, 4) for _ in range(160)]
    assert submission.merge_sort(xs) == sorted(xs)


def test_sorts_words(submission, rng):
    """Sorts words as well."""
    words = ["".join(rng.choices("abcdefgh", k=5)) for _ in range(80)]
    assert submission.merge_sort(words) == sorted(words)


def test_finds_the_two(submission, rng):
    """Finds two numbers that make the target."""
    numbers = rng.sample(range(1000), 200)
    first, second = sorted(rng.sample(range(200), 2))
    found = submission.two_sum(numbers, numbers[first] + numbers[second])
    assert numbers[found[0]] + numbers[found[1]] == numbers[first] + numbers[second]
    assert found[0] != found[1]


def test_says_when_there_are_none(submission, rng):
    """Gives None when no two make the target."""
    assert submission.two_sum([2 * number for number in rng.sample(range(500), 150)], 301) is None


def test_uses_no_number_twice(submission, rng):
    """Does not take one number for two."""
    number = rng.randint(1, 50)
    assert submission.two_sum([number, 100], 2 * number) is None


def test_finds_two_that_are_equal(submission, rng):
    """Takes two equal numbers for two."""
    number = rng.randint(1, 50)
    assert sorted(submission.two_sum([number, 100, number], 2 * number)) == [0, 2]


def test_is_last_in_first_out(submission, rng):
    """Gives back the last item first."""
    items = [rng.randint(0, 99) for _ in range(5)]
    stack = submission.Stack()
    for item in items:
        stack.push(item)
    assert [stack.pop() for _ in items] == items[::-1]


def test_knows_its_length(submission, rng):
    """Knows how many items it holds."""
    stack, count = submission.Stack(), rng.randint(2, 5)
    for item in range(count):
        stack.push(item)
    assert len(stack) == count


def test_looks_without_taking(submission, rng):
    """Shows the item on top and keeps it."""
    stack, item = submission.Stack(), rng.randint(0, 99)
    stack.push(item)
    assert stack.peek() == item
    assert len(stack) == 1


def test_empty_raises_index_error(submission):
    """Raises IndexError when it is empty."""
    stack = submission.Stack()
    try:
        stack.pop()
    except IndexError:
        return
    raise AssertionError
