"""An office that certifies, and attempts that were graded, put into a store by its own functions: no Docker."""

from dataclasses import replace
from functools import partial

import pytest
from attempts import AT, SLUG, put_graded
from desks import Forks, desk_of

from grader import catalog
from grader.certify.keyring import make_keyring
from grader.certify.office import Office
from grader.credential.instants import spelled
from grader.ledger import Ledger
from grader.settings import Settings, resource
from grader.store import Store


@pytest.fixture
def known(tmp_path):
    """Settings of an installation that certifies."""
    return Settings(home=tmp_path / "home", assignments=(resource("assignments"),), issuer="School of Examples")


@pytest.fixture
def office(known):
    """An office with new keys and an empty ledger."""
    opened = Office(
        store=Store(known.home), ledger=Ledger(known.home), keyring=make_keyring(known), roots=known.assignments
    )
    opened.ledger.found(opened.keyring.log, spelled(AT))
    yield opened
    opened.ledger.close()
    opened.store.database.close()


@pytest.fixture
def demo(office):
    """The same office under the name DEMO."""
    return replace(office, keyring=replace(office.keyring, issuer=replace(office.keyring.issuer, name="DEMO")))


@pytest.fixture
def graded(office):
    """Puts a graded attempt and its report into the store; returns the attempt."""
    return partial(put_graded, office.store)


@pytest.fixture(scope="session")
def examples():
    """The examples that ship with the sorting pack, by name."""
    return {one.name: one.files for one in catalog.examples(SLUG, [resource("assignments")])}


@pytest.fixture(scope="module")
def sandbox():
    """Forks without a wall, for work that is the tests' own."""
    opened = Forks()
    yield opened
    opened.close()


@pytest.fixture
def desk(known, office):
    """A desk that grades in them, over the office's store."""
    return desk_of(known, office.store)
