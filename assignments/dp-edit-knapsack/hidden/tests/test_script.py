"""edit_script: followed step by step, and counted."""

import pytest


def followed(script, old):
    """The text that a script makes of `old`, and what it costs; a step that cannot be taken fails."""
    made, at, cost = [], 0, 0
    for step in script:
        name, letters = step[0], step[1:]
        if name != "insert":
            assert old[at : at + 1] == letters[0]
            at += 1
        if name == "keep":
            assert len(letters) == 1
            made.append(letters[0])
        else:
            cost += 1
            made += {"insert": letters[:1], "delete": (), "replace": letters[1:]}[name]
    assert at == len(old)
    return "".join(made), cost


def least(old, new):
    row = list(range(len(new) + 1))
    for i, x in enumerate(old, start=1):
        above, row = row, [i]
        for j, y in enumerate(new, start=1):
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (x != y)))
    return row[-1]


def text(rng, most=9):
    return "".join(rng.choices("abcd", k=rng.randint(0, most)))


@pytest.mark.hint("Your table knows the cost of each prefix. From its last corner, which step led there?")
def test_leads_there_at_the_least_cost(submission, rng):
    """Leads from the old text to the new one, at the least cost there is."""
    for _ in range(15):
        old, new = text(rng), text(rng)
        assert followed(submission.edit_script(old, new), old) == (new, least(old, new))


@pytest.mark.hint("What is left of the other text when you have gone all the way to one edge of the table?")
def test_leads_from_and_to_nothing(submission, rng):
    """Leads from an empty text, to one, and stays where nothing is to be done."""
    some = text(rng) + "a"
    assert submission.edit_script("", "") == []
    assert submission.edit_script("", some) == [("insert", letter) for letter in some]
    assert submission.edit_script(some, "") == [("delete", letter) for letter in some]
    assert submission.edit_script(some, some) == [("keep", letter) for letter in some]


@pytest.mark.hint("How often do you find out the same thing?")
def test_is_found_for_a_long_text(submission, rng):
    """Finds a script for texts of two hundred characters."""
    old, new = ("".join(rng.choices("abcd", k=200)) for _ in range(2))
    assert followed(submission.edit_script(old, new), old) == (new, least(old, new))
