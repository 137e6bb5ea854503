"""The back end of cells: which cell a box is opened in, and when one is thrown away.

Boxes share a cell, one after the other, when they are of one kind: of one family, allowed the same, made ready alike,
of one party. A cell is thrown away when it is not as it was, when anything was out of the ordinary, after so many
boxes, after so long, and when too many others wait.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from contextlib import suppress
from functools import partial
from pathlib import Path

from grader.model import Tenancy
from grader.sandbox.cells.cell import Cell
from grader.sandbox.cells.control import CellBroke
from grader.sandbox.cells.making import start
from grader.sandbox.docker import DockerSandbox
from grader.sandbox.interface import Box, BoxSpec, Kind

MOST_USES = 500
OLDEST_SECONDS = 3600.0
MOST_READY = 12
"""Cells that wait for a box, of all kinds together."""
A_MOMENT = 0.1
"""Seconds that a box waits for a cell to become free before another cell is made."""


class CellPool(DockerSandbox):
    """See the module. It cannot be had where `cells.state` can see nothing, or the kernel allows no inner name spaces.

    Args:
        sandbox_dir: the sources that images are built from.

    Attributes:
        thrown_away: why the last ones were.
    """

    def __init__(self, sandbox_dir: Path) -> None:
        super().__init__(sandbox_dir)
        self.name = f"{self.name}, cells"
        self._ready: OrderedDict[Kind, list[Cell]] = OrderedDict()
        self._busy: dict[Kind, int] = {}
        self._changed = threading.Condition()
        self.thrown_away: deque[str] = deque(maxlen=100)

    def tenancy(self, wanted: Tenancy) -> Tenancy:  # noqa: ARG002 - all here are in cells
        """Return `cell`."""
        return "cell"

    def open(self, spec: BoxSpec) -> Box:
        """Open a box in a cell."""
        kind = spec.kind
        cell = self._take(kind)
        try:
            if cell is not None:
                try:
                    return cell.open(spec, partial(self._back, spec, cell))
                except CellBroke:  # it went while it waited; a new one says whether it is more than that
                    self._throw_away(cell)
            cell = start(self, spec)
            return cell.open(spec, partial(self._back, spec, cell))
        except BaseException:
            if cell is not None and not cell.thrown_away:
                self._throw_away(cell)
            self._free(kind)
            raise

    def _take(self, kind: Kind) -> Cell | None:
        """Return a cell that is ready, waiting a moment where one is about to be; None to make another."""
        unfit: list[Cell] = []
        try:
            with self._changed:
                end = time.monotonic() + A_MOMENT
                while True:
                    while self._ready.get(kind):
                        cell = self._ready[kind].pop()
                        if cell.fit and time.monotonic() - cell.made_at < OLDEST_SECONDS:
                            self._busy[kind] = self._busy.get(kind, 0) + 1
                            return cell
                        unfit.append(cell)
                    left = end - time.monotonic()
                    if not self._busy.get(kind) or left <= 0:
                        self._busy[kind] = self._busy.get(kind, 0) + 1
                        return None
                    self._changed.wait(left)
        finally:
            for cell in unfit:
                self._throw_away(cell)

    def _back(self, spec: BoxSpec, cell: Cell) -> None:
        """Take a cell back when its box has ended, and have the next box opened in it."""
        kind, unfit = spec.kind, list[Cell]()
        spent = cell.uses >= MOST_USES
        if not (spent or cell.amiss):
            with suppress(CellBroke):  # it is amiss then
                cell.open_ahead(spec, partial(self._back, spec, cell))
        with self._changed:
            if spent or cell.amiss:
                unfit.append(cell)
            else:
                self._ready.setdefault(kind, []).append(cell)
                self._ready.move_to_end(kind)
                unfit += self._too_many()
        self._free(kind)
        for one in unfit:
            self._throw_away(one)

    def _too_many(self) -> list[Cell]:
        """Take out cells of the kind that was longest not asked for."""
        taken = []
        while sum(map(len, self._ready.values())) > MOST_READY:
            oldest = next(kind for kind, cells in self._ready.items() if cells)
            taken.append(self._ready[oldest].pop(0))
        for kind in [kind for kind, cells in self._ready.items() if not cells]:
            del self._ready[kind]
        return taken

    def _free(self, kind: Kind) -> None:
        with self._changed:
            self._busy[kind] -= 1
            if not self._busy[kind]:
                del self._busy[kind]
            self._changed.notify_all()

    def _throw_away(self, cell: Cell) -> None:
        cell.thrown_away = True
        self.thrown_away.append(cell.amiss or f"had {cell.uses} boxes")
        self.hands.do(cell.throw_away)

    def leftovers(self) -> list[str]:
        """Return the ids of containers that are there and wait for nobody."""
        there = super().leftovers()
        with self._changed:
            waiting = {cell.identity for cells in self._ready.values() for cell in cells}
        return [identity for identity in there if identity not in waiting]

    def close(self) -> None:
        """End all cells that wait, those too whose boxes are ending just now."""
        self.hands.settle()
        with self._changed:
            cells = [cell for some in self._ready.values() for cell in some]
            self._ready.clear()
        for cell in cells:
            self._throw_away(cell)
        self.hands.settle()
        super().close()
