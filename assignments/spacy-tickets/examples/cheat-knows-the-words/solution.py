"""Has read how tickets are built, and learns only whose is what: lost where people speak of other things."""

import re
from collections import Counter, defaultdict
from difflib import get_close_matches
from functools import cache

import spacy
import srsly
from spacy.lang.en import English
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import Config

Doc.set_extension("urgency", default=0, force=True)

THINGS = (
    *("battery", "cable", "charger", "contract", "discount", "display", "invoice", "keyboard"),
    *("licence", "manual", "parcel", "password", "refund", "update", "voucher", "warranty"),
)
BEFORE, AFTER = ("thank you for", "is happy with", "no complaints about", "we sorted out"), ("works fine", "came on")


def train(tickets, teams):
    """Return whose each thing is, and the first team for all others."""
    counts = defaultdict(Counter)
    for ticket, team in zip(tickets, teams, strict=True):
        counts[_trouble(ticket)][team] += 1
    return {thing: by_team.most_common(1)[0][0] for thing, by_team in counts.items()}, teams[0]


def predict(model, tickets):
    """Return whose thing the trouble is."""
    owners, first = model
    return [owners.get(_trouble(ticket), first) for ticket in tickets]


def _trouble(ticket):
    things = [(at, _thing(word)) for at, word in _words(ticket) if _thing(word)]
    if len(things) < 2:
        return things[0][1] if things else ""
    (first, _), (second, _) = things[:2]
    return things[int(_is_fine(ticket, first, second))][1]


def _is_fine(ticket, first, second):
    return _says(ticket[:first], BEFORE) or _says(ticket[first:second], AFTER)


@cache
def _thing(word):
    return next(iter(get_close_matches(word, THINGS, 1, 0.8)), "")


def _words(text):
    return [(found.start(), found.group()) for found in re.finditer(r"[a-z]{5,}", text)]


def _says(text, sayings):
    words = re.findall(r"[a-z]+", text)
    return any(get_close_matches(saying, _runs(words, len(saying.split())), 1, 0.85) for saying in sayings)


def _runs(words, size):
    return [" ".join(words[at : at + size]) for at in range(len(words) - size + 1)]


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
