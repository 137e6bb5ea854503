"""Draws notes on clubs that do not exist, and questions that say the same thing in other words.

A fact and its question share the club's name and hardly a word more, so that counting words finds the club and not the
fact. Every value (a name, a word, a number) stands in one sentence of all notes, and so tells whether that was found.
"""

FACTS = (
    ("The annual fee of {club} is {number} euros.", "How much do members of {club} pay each year?"),
    ("{person} keeps the keys of {club}.", "Who can unlock the door at {club}?"),
    ("The Wi-Fi password at {club} is {word}.", "How do I get on the wireless network of {club}?"),
    ("{club} was awarded the {word} Prize for its work.", "Which honour did {club} receive?"),
    ("In an emergency at {club}, call {number}.", "What should I dial if somebody gets hurt at {club}?"),
    ("{club} lends its van to members for {number} cents a day.", "What does it cost to borrow a vehicle from {club}?"),
    ("The oldest member of {club} is {person}.", "Who in {club} has lived the longest?"),
    ("{club} buys its bread from the bakery {word}.", "Which shop supplies {club} with loaves?"),
    ("{club} takes no more than {number} newcomers each spring.", "How many new people may join {club} per season?"),
    ("The newsletter of {club} is written by {person}.", "Who is the author of what {club} mails out?"),
    ("{club} closed its books with a surplus of {number} euros.", "How much money did {club} have left over?"),
    ("Lost property of {club} is kept in locker {number}.", "Where do I find a jacket that I left behind at {club}?"),
    ("{club} borrowed its piano from {person}.", "Whose musical instrument does {club} play on?"),
    ("{club} teaches its beginners {word} first.", "Which language do learners at {club} start with?"),
    ("The recycling of {club} goes to {word}.", "Where does the waste of {club} end up?"),
    ("{person} repaired the boiler of {club} last winter.", "Who fixed the heating at {club}?"),
    ("{club} plays its home games in {word}.", "In which town are the matches of {club} held?"),
    ("The painting in the hall of {club} is by {person}.", "Which artist made the picture on the wall of {club}?"),
    ("{club} grows {number} tomato plants behind its house.", "How many vegetables does the garden of {club} hold?"),
    ("The lawyer of {club} is {person}.", "Who speaks for {club} in court?"),
    ("{club} named its boat {word}.", "What is the ship of {club} called?"),
    ("{person} feeds the cat of {club}.", "Who looks after the pet at {club}?"),
    ("The new kitchen of {club} cost {number} euros.", "What was the price of the room where {club} cooks?"),
    ("{club} meets in the old mill of {word}.", "In what place do people of {club} get together?"),
)
FILLER = (
    "Everybody agreed that the evening at {club} had been a pleasant one.",
    "The minutes of the last meeting were read aloud and approved.",
    "It rained, and fewer came than had been hoped.",
    "There was some talk about chairs, and it led to nothing.",
    "A vote on the colour of the curtains was put off once more.",
    "Thanks went to all who had helped at {club} over the weekend.",
    "The summer party will be prepared by the same people as before.",
    "Somebody asked about parking, as somebody always does.",
    "The clock in the hall is slow, and everybody knows by how much.",
    "Coffee was served, and the discussion went on for a while.",
    "Several members promised to bring their photographs next time.",
    "The old rules of {club} were printed again without a change.",
)
ELSEWHERE = (
    "What is the boiling point of liquid nitrogen?",
    "Who wrote the first symphony in D major?",
    "How do I sort a linked list in place?",
    "Which planet has the largest moon?",
    "How long should pasta be cooked at high altitude?",
    "What causes the northern lights?",
)

CLUBS = 8
FACTS_EACH = 5
FILLER_EACH = 8


def notes(rng, clubs=CLUBS):
    """Return notes (id, title, text), and questions: (question, id of the note, sentence, value)."""
    names, values = unused(rng, 4, 3), unused(rng, 5, 4)
    written, questions = [], []
    numbers = iter(rng.sample(range(10_000, 99_999), clubs * FACTS_EACH))
    for at in range(clubs):
        club, identity = next(names), f"n{rng.randrange(10**6):06}-{at}"
        sentences = [rng.choice(FILLER[at::2]).format(club=club) for at in (0, 1) * (FILLER_EACH // 2)]
        for fact, question in rng.sample(FACTS, FACTS_EACH):
            said = {"person": f"{next(values)} {next(values)}", "word": next(values), "number": str(next(numbers))}
            value = next(said[kind] for kind in said if f"{{{kind}}}" in fact)
            sentence = fact.format(club=club, **said)
            sentences.append(sentence)
            questions.append((question.format(club=club), identity, sentence, value))
        rng.shuffle(sentences)
        written.append({"id": identity, "title": club, "text": paragraphs(sentences)})
    rng.shuffle(written)
    rng.shuffle(questions)
    return written, questions


def paragraphs(sentences):
    return "\n\n".join(" ".join(sentences[at : at + 6]) for at in range(0, len(sentences), 6))


def unused(rng, most, least):
    """Yield made-up names, no one twice, and none part of another."""
    seen = set()
    while True:
        name = "".join(rng.choice("bdfgklmnprstvz") + rng.choice("aeiou") for _ in range(rng.randint(least, most)))
        if not any(name in other or other in name for other in seen):
            seen.add(name)
            yield name.capitalize()
