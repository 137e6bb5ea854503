"""Tickets with spaCy: who has to answer them, and what they name."""

import io
import random
import tempfile
import zipfile
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import fix_random_seed, minibatch

ROUNDS = 8
BATCH = 32

Doc.set_extension("urgency", default=0, force=True)


def train(tickets, teams):
    """Return a blank pipeline whose text categoriser has seen every ticket eight times."""
    fix_random_seed(0)
    nlp = spacy.blank("en")
    nlp.add_pipe("textcat")
    names = sorted(set(teams))
    examples = [
        Example.from_dict(nlp.make_doc(ticket), {"cats": {name: float(name == team) for name in names}})
        for ticket, team in zip(tickets, teams, strict=True)
    ]
    optimizer = nlp.initialize(lambda: examples)
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


def token_by_token(pattern):
    """Return a phrase as what its tokens look like in small letters."""
    return [{"LOWER": word.lower()} for word in pattern.split()] if isinstance(pattern, str) else pattern


def reader(patterns, urgent):
    """Return a pipeline that names what `patterns` say, in any case of letters, and counts urgent words."""
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{**pattern, "pattern": token_by_token(pattern["pattern"])} for pattern in patterns])
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
    """Return a reader as the bytes of a zip file of what `to_disk` writes."""
    packed = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(packed, "w") as archive:
        nlp.to_disk(folder)
        for path in sorted(path for path in Path(folder).rglob("*") if path.is_file()):
            archive.write(path, path.relative_to(folder))
    return packed.getvalue()


def load(saved):
    """Return the reader that was saved."""
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(io.BytesIO(saved)) as archive:
        archive.extractall(folder)
        return spacy.load(folder)
