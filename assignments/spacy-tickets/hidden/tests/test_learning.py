"""What any router of tickets owes its users. The lesson is in a made-up language: nobody knows its words beforehand."""

import pytest


@pytest.fixture
def lesson(rng):
    """Return a function that writes tickets in a made-up language, and names their teams: three of them."""
    words = ["".join(rng.choices("abcdefghiklmnoprstuvwyz", k=6)) for _ in range(28)]
    names = ["".join(rng.choices("klmnoprs", k=5)) + str(at) for at in range(3)]
    own, shared = [words[at : at + 7] for at in (0, 7, 14)], words[21:]

    def write(size):
        teams = [rng.randrange(3) for _ in range(size)]
        said = [rng.sample(own[team], 3) + rng.sample(shared, 3) for team in teams]
        return [" ".join(rng.sample(words, 6)) for words in said], [names[team] for team in teams]

    return write


@pytest.mark.hint("Which words, and which teams, would your model know if no ticket had told it?")
def test_learns_from_its_examples(submission, lesson):
    """Learns another company's tickets, in a made-up language, from 400 examples."""
    model = submission.train(*lesson(400))
    tickets, teams = lesson(90)
    answers = list(submission.predict(model, tickets))
    assert len(answers) == 90
    assert sum(answer == team for answer, team in zip(answers, teams, strict=True)) >= 77


@pytest.mark.hint("Is anything learnt, counted or put in order while predicting? What comes of an empty list?")
def test_each_ticket_for_itself(submission, lesson):
    """Gives a ticket the same team alone and among others, and an empty list when there are none."""
    model = submission.train(*lesson(60))
    tickets, _ = lesson(30)
    answers = list(submission.predict(model, tickets + tickets[::-1]))
    assert len(answers) == 60
    assert answers == answers[::-1]
    assert list(submission.predict(model, tickets[:1])) == answers[:1]
    assert list(submission.predict(model, tickets[1:2])) == answers[1:2]
    assert list(submission.predict(model, [])) == []


@pytest.mark.hint("Did you shuffle the lists that you were given? What is type(team) of your first answer?")
def test_leaves_its_arguments_alone(box, lesson):
    """Leaves what it learns from as it was."""
    tickets, teams = lesson(60)
    out = box.call("train", tickets, teams)
    assert out.args[0] == tickets
    assert out.args[1] == teams
