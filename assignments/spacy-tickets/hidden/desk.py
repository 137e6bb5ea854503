"""Draws what a reader is given, and reads as it should: the longest name first, whatever the case of letters.

Names are invented words, one to three of them, and some begin or end with another's words, so that they overlap in a
text. Orders are a word and a number. Texts are words and commas, which spaCy's tokenizer takes apart just so.
"""

import re

LABELS = ("PRODUCT", "PLACE", "SERVICE")
FILLERS = ("please", "send", "the", "new", "for", "with", "broken", "we", "have", "about", "before", "friday")


def draw(rng):
    """Return a company: its names, its word for an order, and the words that are urgent to it."""
    words = list(dict.fromkeys(_word(rng) for _ in range(60)))[:20]
    a, b, c, d, e, f, g, h = words[:8]
    names = [(a,), (a, b), (b, c, d), (c, d), (d, e), (f, g), (g,), (g, h), (h, f)]
    order, urgent = words[8], words[9:13]
    labels = {name: rng.choice(LABELS) for name in names}
    return Company(labels, order, urgent, words[13:17])


def _word(rng):
    return "".join(rng.choice("bdfgklmnprstvz") + rng.choice("aeiou") for _ in range(3))


class Company:
    """What a company calls things.

    Args:
        labels: of each name, a tuple of words.
        order: the word before the number of an order.
        urgent: words.
        strangers: words that mean nothing.
    """

    def __init__(self, labels, order, urgent, strangers):
        self.labels, self.order, self.urgent, self.strangers = labels, order, urgent, strangers

    @property
    def patterns(self):
        """Patterns as an entity_ruler takes them: names as phrases, orders token by token."""
        names = [{"label": label, "pattern": " ".join(name)} for name, label in self.labels.items()]
        return [*names, {"label": "ORDER", "pattern": [{"LOWER": self.order}, {"IS_DIGIT": True}]}]

    def tickets(self, rng, size, *, overlapping):
        """Return texts that name things; `overlapping`: names run into each other."""
        return [self._ticket(rng, overlapping=overlapping) for _ in range(size)]

    def _ticket(self, rng, *, overlapping):
        words = []
        for _ in range(rng.randint(2, 5)):
            if overlapping:
                words += self._run(rng)
            else:
                words += [*rng.choice(list(self.labels)), *self._between(rng)]
            if rng.random() < 0.4:
                words += [rng.choice(self.urgent), rng.choice(FILLERS)]
            if rng.random() < 0.4:
                words += [self.order, rng.choice([str(rng.randint(10, 9999)), rng.choice(FILLERS)]), ","]
            words += self._between(rng)
        return " ".join(_cased(word, rng) for word in words).replace(" ,", ",")

    def _run(self, rng):
        """Words of names one after the other, as a chain in which names overlap."""
        parts = [word for name in self.labels for word in name]
        return [*rng.choice(list(self.labels)), *rng.choice(list(self.labels))[1:], *rng.sample(parts, 2)]

    def _between(self, rng):
        return [rng.choice([*FILLERS, *self.strangers]) for _ in range(rng.randint(1, 3))]

    def read(self, ticket):
        """What a reader finds in a ticket."""
        return {"entities": self.entities(ticket), "urgency": self.urgency(ticket)}

    def urgency(self, ticket):
        """The number of urgent words."""
        return sum(word.lower() in self.urgent for word in re.findall(r"\w+", ticket))

    def entities(self, ticket):
        """(start, end, label) of names and orders: the longest first, then the first; none shares a word."""
        tokens = list(re.finditer(r"\w+|,", ticket))
        words = [token.group().lower() for token in tokens]
        taken, chosen = set(), []
        for start, end, label in sorted(self._matches(words), key=lambda one: (one[0] - one[1], one)):
            if taken.isdisjoint(range(start, end)):
                taken.update(range(start, end))
                chosen.append((start, end, label))
        return [(tokens[start].start(), tokens[end - 1].end(), label) for start, end, label in sorted(chosen)]

    def _matches(self, words):
        for start in range(len(words)):
            for name, label in self.labels.items():
                if tuple(words[start : start + len(name)]) == name:
                    yield start, start + len(name), label
            if words[start] == self.order and start + 1 < len(words) and words[start + 1].isdigit():
                yield start, start + 2, "ORDER"


def _cased(word, rng):
    return rng.choice((word, word, word.capitalize(), word.upper()))
