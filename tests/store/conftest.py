"""Every test of the store runs on both databases."""

import uuid
from contextlib import ExitStack

import pytest
from services import database, postgresql

from grader.render import sample
from grader.store import Store


@pytest.fixture(scope="session")
def postgres():
    with postgresql("fsync=off") as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.services)])
def any_store(request, tmp_path):
    """An empty store."""
    with ExitStack() as held:
        url = ""
        if request.param == "postgresql":
            url = held.enter_context(database(request.getfixturevalue("postgres"), uuid.uuid4().hex))
        store = Store(tmp_path / "home", url=url)
        held.callback(store.database.close)
        yield store


@pytest.fixture
def reopened():
    """Opens a store once more, as another process would."""
    opened = []

    def reopen(store):
        opened.append(Store(store.home, url=store.database.url))
        return opened[-1]

    yield reopen
    for store in opened:
        store.database.close()


@pytest.fixture
def a_report():
    """A report, and what its learner may see."""
    return sample.author_report(), sample.learner_report()
