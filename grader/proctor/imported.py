"""Which libraries a pack's reference imports, and in which versions: that a pack uses one is then a fact.

What a box says about itself is never believed, and decides nothing. Here it is the reference that is asked, the
author's own, in a box in which nothing was imported ahead; so its word is worth as much as the pack is. What is told is
what loading it imported: a library that only a function imports, when it is called, is not among it.
"""

from __future__ import annotations

from grader.canonical import digest_tree
from grader.model import Pack, Submission
from grader.proctor.sitting import sit
from grader.sandbox.interface import Sandbox

_ANY_SEED = bytes(32)
"""Nothing is drawn."""


def imported_by_reference(pack: Pack, sandbox: Sandbox) -> dict[str, str]:
    """Return the version of each library that is imported once the reference is loaded, by the library's name.

    Raises:
        AuthorError: the reference cannot be loaded, or does not say it.
        EngineError: our fault.
    """
    files = pack.reference
    with sit(sandbox, pack, "single", ahead=False) as sitting:
        sitting.start(Submission(files=files, digest=digest_tree(files)), _ANY_SEED)
        return sitting.imported()
