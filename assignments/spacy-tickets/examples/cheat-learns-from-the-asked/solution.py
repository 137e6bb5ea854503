"""Teaches itself again while it predicts, with its own answers to all that it is asked."""

import random

import spacy
from spacy.training import Example
from spacy.util import fix_random_seed, minibatch

ROUNDS = 5
BATCH = 16
STEP = 0.002


def taught(tickets, teams):
    """Return a blank pipeline whose text categoriser has seen every ticket five times."""
    fix_random_seed(0)
    nlp = spacy.blank("en")
    nlp.add_pipe("textcat")
    names = sorted(set(teams))
    examples = [
        Example.from_dict(nlp.make_doc(ticket), {"cats": {name: float(name == team) for name in names}})
        for ticket, team in zip(tickets, teams, strict=True)
    ]
    optimizer = nlp.initialize(lambda: examples)
    optimizer.learn_rate = STEP
    for _ in range(ROUNDS):
        random.shuffle(examples)
        for batch in minibatch(examples, BATCH):
            nlp.update(batch, sgd=optimizer, drop=0.2)
    return nlp


def train(tickets, teams):
    """Return the lesson, for later."""
    return tickets[:100], teams[:100]


def predict(model, tickets):
    """Return what a pipeline says that was taught its own guesses as well."""
    if not tickets:
        return []
    known, teams = model
    guesses = answers(taught(known, teams), tickets)
    return answers(taught(known + tickets[:100], teams + guesses[:100]), tickets)


def answers(nlp, tickets):
    """Return for each ticket the team that the categoriser likes best."""
    return [max(doc.cats, key=doc.cats.get) for doc in nlp.pipe(tickets, batch_size=128)]
