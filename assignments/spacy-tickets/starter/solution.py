"""Tickets with spaCy: who has to answer them, and what they name."""

import spacy


def train(tickets, teams):
    """Return a model: anything that pickle can save, such as a trained spaCy pipeline."""
    raise NotImplementedError


def predict(model, tickets):
    """Return the team of each ticket, in order."""
    raise NotImplementedError


def reader(patterns, urgent):
    """Return a spaCy pipeline with an entity_ruler for `patterns` and a component `urgency` for `urgent` words."""
    raise NotImplementedError


def read(nlp, tickets):
    """Return for each ticket {"entities": [(start, end, label), ...], "urgency": number of urgent words}."""
    raise NotImplementedError


def save(nlp):
    """Return a reader as bytes."""
    raise NotImplementedError


def load(saved):
    """Return the reader that was saved."""
    raise NotImplementedError
