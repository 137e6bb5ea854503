"""The back end of an installation with Docker: each box in the tenancy that it may have and that can be had here.

A box of tenancy `cell` is opened in a cell where the kernel and the engine allow it, else in a container of its own.
One of tenancy `single` always has a container of its own, which a worker makes ahead.
"""

from __future__ import annotations

from grader.model import Tenancy
from grader.sandbox.cells.pool import CellPool
from grader.sandbox.docker import DockerSandbox
from grader.sandbox.hands import Hands
from grader.sandbox.interface import Box, BoxSpec
from grader.sandbox.promises import Promise


class Tenancies:
    """See the module, and `grader.sandbox.interface.Sandbox`.

    Args:
        singles: opens each box in a container of its own.
        cells: opens boxes in cells, or None where there can be none.
        lacks: what is not kept here.
    """

    own_kernel = False

    def __init__(self, singles: DockerSandbox, cells: CellPool | None, lacks: dict[Promise, str]) -> None:
        self._singles = singles
        self._cells = cells
        self.lacks = lacks
        self.name = singles.name
        self.hands: Hands = singles.hands

    def recipe(self, family: str) -> str:
        """Return the recipe digest of a family's image."""
        return self._singles.recipe(family)

    def image_id(self, family: str) -> str:
        """Return the local id of a family's image."""
        return self._singles.image_id(family)

    def tenancy(self, wanted: Tenancy) -> Tenancy:
        """Return the tenancy of a box that may have `wanted`."""
        return wanted if self._cells is not None else "single"

    def open(self, spec: BoxSpec) -> Box:
        """Open a box."""
        if self._cells is not None and spec.tenancy == "cell":
            return self._cells.open(spec)
        return self._singles.open(spec)

    def answers(self) -> bool:
        """Whether the engine is there."""
        return self._singles.answers()

    def leftovers(self) -> list[str]:
        """Return what is left over of both."""
        self.hands.settle()
        return self._singles.leftovers() + (self._cells.leftovers() if self._cells is not None else [])

    def reap(self) -> list[str]:
        """Remove what dead engines left behind."""
        return self._singles.reap()

    def close(self) -> None:
        """End what is kept ready."""
        self.hands.settle()
        self._singles.close()
        if self._cells is not None:
            self._cells.close()
