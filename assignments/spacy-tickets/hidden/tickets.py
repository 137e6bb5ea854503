"""Draws the tickets of a help desk: train and test share a company, never a ticket.

A company has four teams. Which team looks after what has grown over the years: here it is dealt like cards, anew for
each draw, so whoever has read this page knows how a ticket is built and still has to learn from the labels who does
what. A ticket may mention a second thing, which is all right and no reason to write; words have typing mistakes; and
people, places and products have invented names, so that no ticket can be known beforehand. Who does what, whose
tickets come, and how they are written, come from streams of their own.
"""

TEAMS = ("amber", "birch", "coral", "delta")
THINGS = (
    *("battery", "cable", "charger", "contract", "discount", "display", "invoice", "keyboard"),
    *("licence", "manual", "parcel", "password", "refund", "update", "voucher", "warranty"),
)
NAMED = ("the {product} {thing}", "our {thing}", "the {thing}", "my {product} {thing}")
TROUBLES = (
    "{it} stopped working on {day}",
    "{it} is not what we ordered",
    "{it} got lost on the way to {name}",
    "{name} broke {it} on {day}",
    "please replace {it} before {day}",
    "we cannot make sense of {it}",
    "{name} is still waiting for {it}",
    "there is a mistake in {it}",
)
ASIDES = (
    "{it} works fine",
    "thank you for {it}",
    "{it} came on {day}",
    "{name} is happy with {it}",
    "no complaints about {it}",
    "we sorted out {it} ourselves",
)
GREETINGS = ("hello", "good morning", "dear team", "hi there")
CLOSINGS = ("thanks a lot", "best wishes from {name}", "please call us", "this is urgent")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")

SIZE = 800  # tickets to train on, and again as many to test on
ASIDE = 0.4  # of the tickets mention something that is all right
GREETED = 0.3
CLOSED = 0.3
MISTAKES = (0, 0, 1, 2)  # letters that go wrong in a ticket


def generate(keys):
    """Return one draw: tickets and teams to train on, tickets and teams to test on."""
    company = draw_company(keys.rng("company"))
    draw = {}
    for part in ("train", "test"):
        teams = draw_teams(keys.rng(f"{part} teams"))
        draw[f"{part}_rows"] = tickets(company, teams, keys.rng(part))
        draw[f"{part}_labels"] = teams
    return draw


def baseline(draw):
    """Send everything to the first team."""
    return [TEAMS[0]] * len(draw["test_rows"])


def draw_company(rng):
    """Return by team what it looks after, in an order that says nothing."""
    things = rng.sample(THINGS, len(THINGS))
    return {team: things[at :: len(TEAMS)] for at, team in enumerate(TEAMS)}


def draw_teams(rng, size=SIZE):
    """Return in random order whose tickets come: as many of each team."""
    teams = [TEAMS[at % len(TEAMS)] for at in range(size)]
    rng.shuffle(teams)
    return teams


def tickets(company, teams, rng):
    """Return a ticket for each of `teams`."""
    return [ticket(rng.choice(company[team]), rng) for team in teams]


def ticket(thing, rng):
    """One ticket: a trouble with a thing, and what else people write."""
    parts = [filled(rng.choice(TROUBLES), thing, rng)]
    if rng.random() < ASIDE:
        other = rng.choice([other for other in THINGS if other != thing])
        parts.insert(rng.randint(0, 1), filled(rng.choice(ASIDES), other, rng))
    if rng.random() < GREETED:
        parts.insert(0, rng.choice(GREETINGS))
    if rng.random() < CLOSED:
        parts.append(filled(rng.choice(CLOSINGS), thing, rng))
    return mistyped(rng.choice((", ", ". ", " - ", " ")).join(parts), rng.choice(MISTAKES), rng)


def filled(sentence, thing, rng):
    it = rng.choice(NAMED).format(thing=thing, product=pseudo_word(rng))
    return sentence.format(it=it, day=rng.choice(DAYS), name=pseudo_word(rng))


def pseudo_word(rng):
    return "".join(rng.choice("bdfgklmnprstvz") + rng.choice("aeiou") for _ in range(rng.randint(2, 3)))


def mistyped(text, count, rng):
    """Return the text with `count` letters doubled, left out or swapped with the next, never the first of a word."""
    for _ in range(count):
        at = rng.choice([at for at in range(1, len(text) - 1) if text[at - 1 : at + 2].isalpha()])
        here, there = text[at : at + 2]
        text = text[:at] + rng.choice((here + here + there, there, there + here)) + text[at + 2 :]
    return text
