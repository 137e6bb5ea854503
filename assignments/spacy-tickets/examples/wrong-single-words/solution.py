"""Counts words one by one: which of two things is the trouble, no word says."""

import random

import spacy
from spacy.training import Example
from spacy.util import fix_random_seed, minibatch

ROUNDS = 5
BATCH = 16
STEP = 0.002
WORDS = {
    "@architectures": "spacy.TextCatBOW.v3",
    "exclusive_classes": True,
    "length": 262144,
    "ngram_size": 1,
    "no_output_layer": False,
}


def train(tickets, teams):
    """Return a blank pipeline with a categoriser of single words."""
    fix_random_seed(0)
    nlp = spacy.blank("en")
    nlp.add_pipe("textcat", config={"model": WORDS})
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
