"""Every test of the log runs on both databases."""

import pytest
from ledgers import ORIGIN, award, change, disarmed, filled
from services import database, postgresql

from grader.ledger import Ledger
from grader.ledger.content import Kind
from grader.ledger.key import Signer
from grader.ledger.schema import metadata


@pytest.fixture(scope="session")
def postgres():
    with postgresql("fsync=off") as url, database(url, "ledger") as own:
        yield own


@pytest.fixture
def signer():
    """The key of the log, the same each time."""
    return Signer(ORIGIN, bytes(range(32)))


@pytest.fixture
def next_signer():
    """The key that takes over."""
    return Signer(ORIGIN, bytes(range(32, 64)))


@pytest.fixture
def stranger():
    """A key by the same name that the log has never heard of."""
    return Signer(ORIGIN, bytes(range(64, 96)))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.services)])
def any_ledger(request, tmp_path):
    """An empty ledger."""
    ledger = Ledger(tmp_path / "home", request.getfixturevalue("postgres") if request.param == "postgresql" else "")
    yield ledger
    if request.param == "postgresql":
        with ledger.database.sequencing() as connection:
            metadata.drop_all(connection)
    ledger.close()


@pytest.fixture
def ledger(tmp_path):
    """An empty ledger in a file."""
    ledger = Ledger(tmp_path / "home")
    yield ledger
    ledger.close()


@pytest.fixture
def reopened(tmp_path):
    """Opens a ledger once more, as another process would."""
    opened = []

    def reopen(ledger):
        opened.append(Ledger(tmp_path / "home", ledger.database.url))
        return opened[-1]

    yield reopen
    for one in opened:
        one.close()


@pytest.fixture
def small(ledger, signer):
    """A log of four entries and four checkpoints, one entry erased; and the raw file, its triggers taken away."""
    filled(ledger, signer, 1)
    ledger.append(change(Kind.REVOKE, ledger.entry(1).named(1)), "revoke/1")
    ledger.publish([signer])
    ledger.append(award(7, "bob"), "award/bob/7")
    ledger.publish([signer])
    ledger.erase("bob")
    with disarmed(ledger) as raw:
        yield ledger, raw
