"""Which installed libraries are imported in this process, and in which versions, as their own records say.

Like all that is said here it is the box's word about itself: worth as much as the submission that shares its process.
"""

from __future__ import annotations

import sys
from importlib import metadata


def imported() -> dict[str, str]:
    """Return the version of each library, by its name, of which a module is imported; the standard one is none."""
    owners = metadata.packages_distributions()
    modules = {name.partition(".")[0] for name in list(sys.modules)}
    names = sorted({name for module in modules for name in owners.get(module, ())})
    return {name: metadata.version(name) for name in names}
