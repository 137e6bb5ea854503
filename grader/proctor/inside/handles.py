"""An object of the learner's, which stays in its box.

A handle allows attribute, call, length, iteration and item, each a question to the box. Everything else that Python
lets an object answer for itself (truth, equality, ordering, arithmetic, conversion, hash, `isinstance`) would let the
learner's object judge itself, so it raises `NotAValue` without asking. `is`, `id`, `type` and `callable` cannot raise,
and say nothing of the object.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NoReturn

from grader.proctor.inside.bad_answer import NotAValue

if TYPE_CHECKING:
    from grader.proctor.inside.box import Box

MAX_PULLED = 1_000_000

_REFUSED = (
    "bool eq ne lt le gt ge hash contains int float complex index str bytes format fspath "
    "add sub mul matmul truediv floordiv mod divmod pow lshift rshift and or xor "
    "radd rsub rmul rmatmul rtruediv rfloordiv rmod rdivmod rpow rlshift rrshift rand ror rxor "
    "iadd isub imul imatmul itruediv ifloordiv imod ipow ilshift irshift iand ior ixor "
    "neg pos abs invert round trunc floor ceil reversed enter exit aenter aexit await aiter anext "
    "setattr delattr setitem delitem missing dir instancecheck subclasscheck "
    "reduce reduce_ex getstate copy deepcopy array buffer array_ufunc array_function"
).split()
_ASKED_DUNDERS = frozenset({"__name__"})


class Handle:
    """See the module. Its repr is ours, and constant."""

    __slots__ = ("__box", "__number")
    __box: Box
    __number: int

    def __init__(self, box: Box, number: int) -> None:
        object.__setattr__(self, "_Handle__box", box)
        object.__setattr__(self, "_Handle__number", number)

    def __repr__(self) -> str:
        return "<object in the box>"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__") and name not in _ASKED_DUNDERS:
            refuse(self, name)
        return self.__box.get(self.__number, name)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:  # noqa: D102 - see the class
        return self.__box.call(self.__number, args, kwargs)

    def __len__(self) -> int:
        return self.__box.length(self.__number)

    def __getitem__(self, key: Any) -> Any:
        return self.__box.item(self.__number, key)

    def __iter__(self) -> Iterator[Any]:
        return self.__box.iterate(self.__number, MAX_PULLED)

    def __next__(self) -> Any:
        for item in self.__box.pull(self.__number, 1):
            return item
        raise StopIteration

    @property
    def __class__(self) -> type:
        refuse(self, "isinstance")

    @__class__.setter
    def __class__(self, _kind: type) -> None:
        refuse(self, "__class__")


def refuse(handle: Handle, asked: str) -> NoReturn:
    """Raise NotAValue, written down."""
    box: Box = object.__getattribute__(handle, "_Handle__box")
    raise box.notes.stick(NotAValue(asked))


def whose(handle: Handle) -> tuple[Box, int]:
    """Return the box and number of a handle."""
    return object.__getattribute__(handle, "_Handle__box"), object.__getattribute__(handle, "_Handle__number")


def _refusal(asked: str) -> Callable[..., NoReturn]:
    def refused(self: Handle, *_args: Any, **_kwargs: Any) -> NoReturn:
        refuse(self, asked)

    return refused


for _name in _REFUSED:
    setattr(Handle, f"__{_name}__", _refusal(_name))
