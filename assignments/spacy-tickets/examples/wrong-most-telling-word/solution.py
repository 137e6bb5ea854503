"""The word that most often went to one team decides, wherever it stands."""

from collections import Counter, defaultdict

import spacy

WORDS = spacy.blank("en")
ENOUGH = 10  # tickets with a word make it count in full


def words_of(ticket):
    """Return the words of a ticket, each once."""
    return {token.lower_ for token in WORDS.make_doc(ticket) if token.is_alpha}


def train(tickets, teams):
    """Return of each word how surely it says a team, and which; and the team of all others."""
    counts = defaultdict(Counter)
    for ticket, team in zip(tickets, teams, strict=True):
        for word in words_of(ticket):
            counts[word][team] += 1
    telling = {}
    for word, by_team in counts.items():
        (team, most), total = by_team.most_common(1)[0], by_team.total()
        telling[word] = (most / total * min(1, total / ENOUGH), team)
    return telling, Counter(teams).most_common(1)[0][0]


def predict(model, tickets):
    """Return what the most telling word of each ticket says."""
    telling, usual = model
    said = [[telling[word] for word in words_of(ticket) if word in telling] for ticket in tickets]
    return [max(words, default=(0, usual))[1] for words in said]
