"""Iterators that stay in the box, and the pages in which their items are pulled."""

from __future__ import annotations

from typing import Any

from .caps import TooBig
from .raised import describe
from .values import Writer

PAGE_PARTS, PAGE_BLOBS = 20_000, 64
"""A page ends early when it holds more: what is far from any cap alone must be so in company."""


class Iteration:
    """Holds an iterator, so that even one over plain data stays here and is pulled item by item."""

    def __init__(self, items: Any) -> None:
        self._items = items
        self._back: list[Any] = []

    def take(self) -> Any:
        """Return the next item.

        Raises:
            StopIteration: there is none.
        """
        return self._back.pop() if self._back else next(self._items)

    def give_back(self, item: Any) -> None:
        """Let an item be the next one again."""
        self._back.append(item)


def page(iteration: Iteration, count: int, writer: Writer) -> dict[str, Any]:
    """Return the next items, at most so many, and what comes after them; an exception comes after those before.

    Raises:
        TooBig: one item alone is more than may cross.
    """
    items: list[Any] = []
    try:
        while len(items) < count and writer.parts < PAGE_PARTS and len(writer.blobs) < PAGE_BLOBS:
            item = iteration.take()
            try:
                items.append(writer.write(item))
            except TooBig:
                if not items:
                    raise
                iteration.give_back(item)  # alone it may not be
                break
    except StopIteration:
        return {"items": items, "more": False}
    except TooBig:
        raise
    except BaseException as error:
        return {"items": items, "more": False, "broke": describe(error)}
    return {"items": items, "more": True}
