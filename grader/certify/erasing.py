"""Erasing a learner: store and ledger forget them; what everybody has already stays as it is, and says nothing.

What is destroyed: all of the store's (`grader.store.erasing`), and the private parts of their entries in the ledger,
with what the entries were asked for by. What stays: their leaves, each a kind, a day and 32 bytes that commit to
nothing any more; and a bit in each status list for each certificate, with nothing beside it. None of it is shared by
two certificates, so nothing says which were of one person.

Theory of operation. The store is first: who certifies looks there before anything is released, and takes back from the
ledger what was logged for somebody who is gone (`certifying`). Who dies between the two is followed by who asks again:
the name by which the ledger's private parts know a learner follows from the installation secret.
"""

from __future__ import annotations

from dataclasses import dataclass

from grader.certify.claiming import subject_of
from grader.ledger import Ledger
from grader.store import Store
from grader.store.erasing import Held, erase_learner


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What was destroyed.

    Attributes:
        held: of the store.
        entries: private parts in the ledger.
    """

    held: Held
    entries: int


def erase(store: Store, ledger: Ledger | None, learner: str) -> Erased:
    """Destroy all that is kept of a learner, in the store and, where there is one, the ledger. Can be repeated.

    Raises:
        UsageError: an attempt of theirs is being graded at this moment; nothing was erased.
    """
    subjects = {one.subject for one in store.certificates.of_learner(learner)}
    subjects.add(subject_of(store.secret(), learner))
    held = erase_learner(store, learner)
    return Erased(held=held, entries=sum(ledger.erase(one) for one in subjects) if ledger else 0)
