"""What any model of messages owes its user. The lesson is in a made-up language: nobody knows its spam beforehand."""

import pytest


@pytest.fixture
def lesson(rng):
    """Return a function that writes 60 messages, half of them spam, and their labels."""
    words = ["".join(rng.choices("abcdefghiklmnoprstuvwyz", k=6)) for _ in range(24)]
    kinds, shared = (words[:8], words[8:16]), words[16:]

    def write():
        labels = [0, 1] * 30
        return [" ".join(rng.sample(kinds[label], 4) + rng.sample(shared, 2)) for label in labels], labels

    return write


@pytest.mark.points(4)
@pytest.mark.hint("Which words would your model know if nobody had told it which?")
def test_learns_from_its_examples(submission, lesson):
    """Learns a made-up language from 60 examples."""
    model = submission.train(*lesson())
    messages, labels = lesson()
    right = sum(answer == label for answer, label in zip(submission.predict(model, messages), labels, strict=True))
    assert right >= 54


@pytest.mark.points(2)
@pytest.mark.hint("Is anything fitted, counted or ranked while predicting?")
def test_same_alone_and_in_a_crowd(submission, lesson):
    """Gives a message the same label alone and in a crowd."""
    model = submission.train(*lesson())
    messages, _ = lesson()
    crowd = submission.predict(model, messages)
    assert submission.predict(model, messages[:1]) == crowd[:1]
    assert submission.predict(model, messages[1:2]) == crowd[1:2]


@pytest.mark.hint("Does anything sort, shuffle or deduplicate the messages on the way?")
def test_one_label_a_message_in_order(submission, lesson):
    """Gives one label a message, in their order."""
    model = submission.train(*lesson())
    messages, _ = lesson()
    answers = list(submission.predict(model, messages + messages[::-1]))
    assert len(answers) == 120
    assert answers == answers[::-1]


@pytest.mark.hint("What does your vectoriser say to an empty list?")
def test_no_message_no_label(submission, lesson):
    """Gives an empty list when there are no messages."""
    model = submission.train(*lesson())
    assert list(submission.predict(model, [])) == []


@pytest.mark.hint("What is type(label) of your first label?")
def test_labels_are_plain_ints(submission, lesson):
    """Gives the ints 0 and 1, in a list."""
    model = submission.train(*lesson())
    answers = submission.predict(model, lesson()[0])
    assert isinstance(answers, list)
    assert {type(answer) for answer in answers} == {int}
    assert set(answers) <= {0, 1}


def test_leaves_its_arguments_alone(box, lesson):
    """Leaves the messages and labels it learns from as they were."""
    messages, labels = lesson()
    out = box.call("train", messages, labels)
    assert out.args[0] == messages
    assert out.args[1] == labels
