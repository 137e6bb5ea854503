"""Tickets with spaCy: who has to answer them, and what they name."""

import random

import spacy
import srsly
from spacy.lang.en import English
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import Config, fix_random_seed, minibatch

ROUNDS = 5
BATCH = 16
STEP = 0.002

Doc.set_extension("urgency", default=0, force=True)


def train(tickets, teams):
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


def predict(model, tickets):
    """Return for each ticket the team that the categoriser likes best."""
    return [max(doc.cats, key=doc.cats.get) for doc in model.pipe(tickets, batch_size=128)]


@Language.factory("urgency", default_config={"words": []})
def make_urgency(nlp, name, words):
    """Return the component; its words are in the pipeline's configuration, and so are saved with it."""
    return Urgency(words)


class Urgency:
    """Counts urgent words, whatever the case of their letters."""

    def __init__(self, words):
        self.words = {word.lower() for word in words}

    def __call__(self, doc):
        doc._.urgency = sum(token.lower_ in self.words for token in doc)
        return doc


def reader(patterns, urgent):
    """Return a pipeline that names what `patterns` say, in any case of letters, and counts urgent words."""
    nlp = spacy.blank("en")
    nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"}).add_patterns(patterns)
    nlp.add_pipe("urgency", config={"words": list(urgent)})
    return nlp


def read(nlp, tickets):
    """Return what a reader finds in each ticket."""
    return [
        {
            "entities": [(entity.start_char, entity.end_char, entity.label_) for entity in doc.ents],
            "urgency": doc._.urgency,
        }
        for doc in nlp.pipe(tickets, batch_size=64)
    ]


def save(nlp):
    """Return a reader as bytes: how it is built, and its patterns.

    Not by `to_bytes`: a ruler loses its phrases in `from_bytes` (spaCy 3.8).
    """
    return srsly.msgpack_dumps({"config": nlp.config.to_str(), "patterns": nlp.get_pipe("entity_ruler").patterns})


def load(saved):
    """Return the reader that was saved."""
    parts = srsly.msgpack_loads(saved)
    nlp = English.from_config(Config().from_str(parts["config"]))
    nlp.get_pipe("entity_ruler").add_patterns(parts["patterns"])
    return nlp
