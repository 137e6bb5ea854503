"""Reads what tickets name; the router is for another day."""

import spacy
import srsly
from spacy.lang.en import English
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import Config

Doc.set_extension("urgency", default=0, force=True)


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
    """Return a pipeline that names what `patterns` say, as they are written, and counts urgent words."""
    nlp = spacy.blank("en")
    nlp.add_pipe("entity_ruler").add_patterns(patterns)
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
