"""Draws the messages of an inbox: train and test share templates, never a message.

Templates are twins that say much the same. Which of two twins is spam is drawn anew for each inbox: what somebody wants
to read is known to nobody but them, so whoever has read this page still has to learn it from the labels. Spam disguises
its longer words (`fr3e`, `p.r.i.z.e`) and is often padded with friendly sentences; honest messages (ham) have links
too. Names are invented, so that no message can be known beforehand. What is spam, what is said, and which labels are
wrong, come from streams of their own.
"""

TWINS = (
    ("{name} you won the first prize claim it today", "{name} you won the first prize bring it today"),
    ("urgent {name} your account needs a new password {link}", "urgent {name} your report needs a new summary"),
    ("your parcel is here pay the customs {name} {link}", "your parcel is here thank the neighbour {name}"),
    ("free tickets for {name} order before friday", "free seats for {name} come before friday"),
    ("{name} earns {money} every week without experience", "{name} spends {money} every week without thinking"),
    ("your loan of {money} is approved {name}", "your rent of {money} is overdue {name}"),
    ("meet singles near {name} tonight", "meet friends near {name} tonight"),
    ("double your bitcoin with {name} this month", "double your training with {name} this month"),
    ("dear friend {name} wishes to transfer {money} to you", "dear friend {name} wishes to return {money} to you"),
    (
        "the casino of {name} opens with a bonus of {money} {link}",
        "the museum of {name} opens with a speech of the mayor",
    ),
    ("lose weight by monday with the help of {name}", "lose nothing by monday with the help of {name}"),
    ("last chance {name} cheap watches in every colour", "last chance {name} cheap books in every language"),
)
ALWAYS_HAM = (
    "the train to {name} was late again start without me",
    "could you pick up milk and bread on your way {name}",
)
PADDING = (
    "hope you are well",
    "see you at the meeting",
    "thanks for your work last week",
    "say hello to the family",
    "talk to you tomorrow morning",
)
LOOKALIKE = {"a": "4", "e": "3", "i": "1", "o": "0", "s": "5", "t": "7", "l": "1"}

SIZE = 1500  # messages to train on, and again as many to test on
SPAM_SHARE = 0.20
MISLABELLED = 0.015
DISGUISED = 0.18  # of the longer words of spam
PADDED = 0.35  # of spam
LINKED = 0.12  # of ham


def generate(keys):
    """Return one draw: messages and labels to train on, messages and labels to test on."""
    inbox = draw_inbox(keys.rng("inbox"))
    draw = {}
    for part in ("train", "test"):
        truth = draw_truth(keys.rng(f"{part} truth"))
        draw[f"{part}_rows"] = messages(inbox, truth, keys.rng(part))
        draw[f"{part}_labels"] = mislabelled(truth, keys.rng(f"{part} labels"))
    return draw


def baseline(draw):
    """Mark everything as spam."""
    return [1] * len(draw["test_rows"])


def draw_inbox(rng):
    """Return what is ham and what is spam in an inbox: the templates of each."""
    twins = [rng.sample(two, 2) for two in TWINS]
    return (*(ham for ham, _ in twins), *ALWAYS_HAM), tuple(spam for _, spam in twins)


def draw_truth(rng, size=SIZE):
    """Return in random order what each message is: 1 spam, 0 ham."""
    truth = [1] * round(size * SPAM_SHARE) + [0] * round(size * (1 - SPAM_SHARE))
    rng.shuffle(truth)
    return truth


def messages(inbox, truth, rng):
    """Return messages that are what `truth` says."""
    return [(ham, spam)[label](inbox[label], rng) for label in truth]


def mislabelled(truth, rng):
    """Return the labels as a hurried person would give them: the same small share of each kind is wrong."""
    labels = list(truth)
    for kind in (0, 1):
        rows = [row for row, label in enumerate(truth) if label == kind]
        for row in rng.sample(rows, round(len(rows) * MISLABELLED)):
            labels[row] = 1 - kind
    return labels


def spam(templates, rng):
    words = filled(rng.choice(templates), rng).split()
    text = " ".join(disguised(word, rng) if len(word) > 3 and rng.random() < DISGUISED else word for word in words)
    if rng.random() < PADDED:
        parts = [text, rng.choice(PADDING)]
        rng.shuffle(parts)
        text = " ".join(parts)
    return decorated(text, rng)


def ham(templates, rng):
    text = filled(rng.choice(templates), rng)
    return decorated(f"{text} {link(rng)}" if rng.random() < LINKED else text, rng)


def filled(template, rng):
    return template.format(name=pseudo_word(rng), money=f"{rng.randint(2, 99)}00 dollars", link=link(rng))


def pseudo_word(rng):
    return "".join(rng.choice("bdfgklmnprstvz") + rng.choice("aeiou") for _ in range(rng.randint(2, 4)))


def link(rng):
    return f"http://{pseudo_word(rng)}.example/{rng.randint(10, 999)}"


def disguised(word, rng):
    """The word with something between its letters, or with digits for some of them."""
    if rng.random() < 0.5:
        return rng.choice(".-*_").join(word)
    return "".join(LOOKALIKE.get(letter, letter) if rng.random() < 0.7 else letter for letter in word)


def decorated(text, rng):
    """Capitals and punctuation that say nothing about the kind."""
    return f"{text.capitalize() if rng.random() < 0.5 else text}{rng.choice(('', '.', '!', '!!', '?'))}"
