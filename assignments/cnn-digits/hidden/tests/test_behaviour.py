"""What any reader of pages owes its user."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import numpy as np
import pytest

lessons = SimpleNamespace(**run_path(str(Path(__file__).with_name("lessons.py"))))


@pytest.mark.hint("What is type(answer) of your first answer?")
def test_one_sign_a_page(submission, keys):
    """Gives a list of ints, one a page."""
    pages, labels, signs = lessons.lesson(keys)
    answers = submission.predict(submission.train(pages, labels), lessons.others(keys, signs)[0])
    assert isinstance(answers, list)
    assert {type(answer) for answer in answers} == {int}
    assert len(answers) == 12
    assert len(set(answers)) > 1


@pytest.mark.points(2)
@pytest.mark.hint("In which mode is your network while it predicts? What does BatchNorm do in the other one?")
def test_same_alone_and_in_a_crowd(submission, keys):
    """Gives a page the same sign alone, in a crowd, and when asked again."""
    pages, labels, signs = lessons.lesson(keys)
    model = submission.train(pages, labels)
    crowd = lessons.others(keys, signs)[0]
    answers = submission.predict(model, crowd)
    alone = [submission.predict(model, crowd[at : at + 1]) for at in range(len(crowd))]
    assert alone == [[answer] for answer in answers]
    assert submission.predict(model, crowd) == answers
    assert len(set(answers)) > 1


@pytest.mark.points(2)
@pytest.mark.hint("Which part of your answer comes from the labels?")
def test_says_what_it_was_taught(submission, keys):
    """Calls signs by the names that it was taught."""
    pages, labels, signs = lessons.lesson(keys, 240)
    names = keys.numpy("names").permutation(10)[: lessons.SIGNS].tolist()
    model = submission.train(pages, [names[label] for label in labels])
    later, truth = lessons.others(keys, signs, 60)
    right = np.mean([given == names[sign] for given, sign in zip(submission.predict(model, later), truth, strict=True)])
    assert right > 0.5


def test_leaves_its_arguments_alone(box, keys):
    """Leaves the pages and the labels as they were."""
    pages, labels, _ = lessons.lesson(keys)
    out = box.call("train", pages, labels)
    assert np.array_equal(out.args[0], pages)
    assert out.args[1] == labels
