"""An object of the learner's, which stays in its box.

A handle allows attribute, call, length, iteration and item, each a question to the box. Everything else that Python
lets an object answer for itself (truth, equality, ordering, arithmetic, conversion, hash, `isinstance`) would let the
learner's object judge itself, so it raises `NotAValue` without asking. `is`, `id`, `type` and `callable` cannot raise,
and say nothing of the object.

A *member* (a function of the learner's module, a method of an object) is known by its name before it is asked for, so
`stack.push(1)` is one question and not two. Until it is called or needed otherwise, its handle is a name of an object.
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


class Member:
    """What a name of an object stands for.

    Attributes:
        of: the object's number.
        name: of it.
        number: its own, once that was asked for.
    """

    __slots__ = ("__weakref__", "name", "number", "of")

    def __init__(self, of: int, name: str) -> None:
        self.of = of
        self.name = name
        self.number: int | None = None


class Handle:
    """See the module. Its repr is ours, and constant."""

    __slots__ = ("__box", "__place")
    __box: Box
    __place: int | Member

    def __init__(self, box: Box, place: int | Member) -> None:
        object.__setattr__(self, "_Handle__box", box)
        object.__setattr__(self, "_Handle__place", place)

    def __repr__(self) -> str:
        return "<object in the box>"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__") and name not in _ASKED_DUNDERS:
            refuse(self, name)
        return self.__box.get(whose(self)[1], name)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:  # noqa: D102 - see the class
        return self.__box.call(self, args, kwargs)

    def __len__(self) -> int:
        return self.__box.length(whose(self)[1])

    def __getitem__(self, key: Any) -> Any:
        return self.__box.item(whose(self)[1], key)

    def __iter__(self) -> Iterator[Any]:
        return self.__box.iterate(whose(self)[1], MAX_PULLED)

    def __next__(self) -> Any:
        for item in self.__box.pull(whose(self)[1], 1):
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
    """Return the box and number of a handle; of a member that has none, it is asked for now."""
    box: Box = object.__getattribute__(handle, "_Handle__box")
    place = place_of(handle)
    return box, box.find(place) if isinstance(place, Member) else place


def place_of(handle: Handle) -> int | Member:
    """Return the number of a handle, or the member that it is as long as that has none."""
    place: int | Member = object.__getattribute__(handle, "_Handle__place")
    return place.number if isinstance(place, Member) and place.number is not None else place


def _refusal(asked: str) -> Callable[..., NoReturn]:
    def refused(self: Handle, *_args: Any, **_kwargs: Any) -> NoReturn:
        refuse(self, asked)

    return refused


for _name in _REFUSED:
    setattr(Handle, f"__{_name}__", _refusal(_name))
