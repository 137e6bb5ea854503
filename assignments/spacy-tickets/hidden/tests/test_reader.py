"""What a reader finds: names, orders and urgent words of companies that are drawn for each submission."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

desk = SimpleNamespace(**run_path(str(Path(__file__).parents[1] / "desk.py")))


@pytest.mark.hint("Does an offset count letters or tokens? Is a name a name in capitals?")
def test_names(submission, rng):
    """Finds names, in any case of letters, and says where they begin and end in the text."""
    company = desk.draw(rng)
    tickets = company.tickets(rng, 30, overlapping=False)
    found = submission.read(submission.reader(company.patterns, company.urgent), tickets)
    assert [one["entities"] for one in found] == [company.entities(ticket) for ticket in tickets]


@pytest.mark.hint("Where two patterns claim a word, which of them says more?")
def test_longest_first(submission, rng):
    """Where names overlap, takes the longest, and of two as long the first."""
    company = desk.draw(rng)
    tickets = company.tickets(rng, 30, overlapping=True)
    found = submission.read(submission.reader(company.patterns, company.urgent), tickets)
    assert [one["entities"] for one in found] == [company.entities(ticket) for ticket in tickets]


@pytest.mark.hint("What does your component remember of the ticket before?")
def test_urgency(submission, rng):
    """Counts the urgent words of each ticket, in any case of letters."""
    company = desk.draw(rng)
    tickets = company.tickets(rng, 30, overlapping=False)
    found = submission.read(submission.reader(company.patterns, company.urgent), tickets)
    assert [one["urgency"] for one in found] == [company.urgency(ticket) for ticket in tickets]


@pytest.mark.hint("What differs when tickets come in batches of nlp.pipe, or not at all?")
def test_batches(submission, rng):
    """Reads many tickets as it reads them one by one, in their order, and no ticket as nothing."""
    company = desk.draw(rng)
    tickets = company.tickets(rng, 150, overlapping=True)
    nlp = submission.reader(company.patterns, company.urgent)
    found = submission.read(nlp, tickets)
    assert found == [company.read(ticket) for ticket in tickets]
    for at in rng.sample(range(150), 5):
        assert submission.read(nlp, [tickets[at]]) == found[at : at + 1]
    assert submission.read(nlp, []) == []


@pytest.mark.hint("Is your component registered, with @Language.factory, and its result an extension of Doc?")
def test_is_a_pipeline(submission, rng):
    """Is a spaCy pipeline of an entity_ruler and then `urgency`, which leaves its count in `doc._.urgency`."""
    company = desk.draw(rng)
    (ticket,) = company.tickets(rng, 1, overlapping=False)
    nlp = submission.reader(company.patterns, company.urgent)
    assert list(nlp.pipe_names) == ["entity_ruler", "urgency"]
    doc = nlp(ticket)
    assert doc._.urgency == company.urgency(ticket)
    assert [(ent.start_char, ent.end_char, ent.label_) for ent in doc.ents] == company.entities(ticket)


@pytest.mark.hint("Do you keep patterns or words outside of the pipeline?")
def test_two_at_once(submission, rng):
    """Two readers keep their names and words apart."""
    first, second = desk.draw(rng), desk.draw(rng)
    tickets = first.tickets(rng, 20, overlapping=True) + second.tickets(rng, 20, overlapping=True)
    readers = [submission.reader(company.patterns, company.urgent) for company in (first, second)]
    for nlp, company in zip(readers, (first, second), strict=True):
        assert submission.read(nlp, tickets) == [company.read(ticket) for ticket in tickets]


@pytest.mark.points(2)
@pytest.mark.hint("Does what was saved still know its names and its words? Have you tried to_bytes and from_bytes?")
def test_saved_and_loaded(submission, rng):
    """A reader that was saved as bytes and loaded again reads as before."""
    first, second = desk.draw(rng), desk.draw(rng)
    tickets = first.tickets(rng, 20, overlapping=True) + second.tickets(rng, 20, overlapping=True)
    saved = [submission.save(submission.reader(company.patterns, company.urgent)) for company in (first, second)]
    assert {type(one) for one in saved} == {bytes}
    for one, company in zip(saved, (first, second), strict=True):
        assert submission.read(submission.load(one), tickets) == [company.read(ticket) for ticket in tickets]
