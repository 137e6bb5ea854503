"""Merkle trees of RFC 6962: hashes, proofs, and what checks a proof.

Why apart: whoever checks a certificate needs this file and nothing else of the ledger, no database and no clock, so it
can be read in one go. A tree is never held whole. Its complete subtrees (`Node`) never change once they are complete;
every proof is made of at most two for each level, so it takes as many reads as the logarithm of the tree's size.

The checks are the loops of RFC 9162 (sections 2.1.3.2 and 2.1.4.2), which have no case by case reasoning to get wrong,
with what the prose takes for granted said: a hash has 32 bytes, an index lies in its tree, no tree is empty, and a
proof is used up exactly.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from grader.errors import NOT_PASSED, GraderError

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of the tree without leaves (RFC 6962, section 2.1)."""
_LEAF, _NODE = b"\x00", b"\x01"
"""What is hashed before a leaf and before two hashes, so that no leaf can pass for a subtree."""


class BadProof(GraderError):
    """A proof does not show what it is given for."""

    exit_code = NOT_PASSED


class Node(NamedTuple):
    """A complete subtree: leaves `number * 2**level` up to `(number + 1) * 2**level`."""

    level: int
    number: int


class Span(NamedTuple):
    """Leaves `begin` up to, and without, `end`, as the recursion of RFC 6962 cuts a tree."""

    begin: int
    end: int


@dataclass(frozen=True)
class Frontier:
    """All of a tree that its growth depends on: the roots of its largest complete subtrees.

    Attributes:
        size: number of leaves.
        hashes: from left to right, one for each bit that is set in `size`.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    @property
    def root(self) -> bytes:
        """The root of the tree (RFC 6962, section 2.1)."""
        return _folded(self.hashes) if self.hashes else EMPTY_ROOT


Read = Callable[[Node], bytes]
"""Gives the hash of a complete subtree."""


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of a leaf's content."""
    return hashlib.sha256(_LEAF + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash over two neighbours."""
    return hashlib.sha256(_NODE + left + right).digest()


def grow(frontier: Frontier, leaves: Iterable[bytes]) -> tuple[Frontier, list[tuple[Node, bytes]]]:
    """Return the tree with more leaves, given as leaf hashes, and every subtree that they complete."""
    size, hashes, completed = frontier.size, list(frontier.hashes), []
    for leaf in leaves:
        node, value = Node(0, size), leaf
        completed.append((node, value))
        while node.number & 1:
            node, value = Node(node.level + 1, node.number >> 1), node_hash(hashes.pop(), value)
            completed.append((node, value))
        hashes.append(value)
        size += 1
    return Frontier(size, tuple(hashes)), completed


# --- making proofs ----------------------------------------------------------------------------------------------------


def nodes_of(span: Span) -> list[Node]:
    """Return the largest complete subtrees of a span, from left to right."""
    begin, nodes = span.begin, []
    while begin < span.end:
        level = (span.end - begin).bit_length() - 1
        nodes.append(Node(level, begin >> level))
        begin += 1 << level
    return nodes


def inclusion(index: int, size: int) -> list[Span]:
    """Return the spans whose hashes prove leaf `index` in a tree of `size` (RFC 6962, section 2.1.1).

    Raises:
        ValueError: there is no such leaf in such a tree.
    """
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} in a tree of {size}")
    begin, end, spans = 0, size, []
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            spans.append(Span(middle, end))
            end = middle
        else:
            spans.append(Span(begin, middle))
            begin = middle
    return spans[::-1]


def consistency(old: int, new: int) -> list[Span]:
    """Return the spans whose hashes prove that a tree of `new` leaves begins with one of `old` (section 2.1.2).

    Raises:
        ValueError: no tree of `new` leaves can begin so, or `old` is empty, which proves nothing.
    """
    if not 1 <= old <= new:
        raise ValueError(f"there is no proof from {old} leaves to {new}")
    begin, end, spans = 0, new, []
    while old != end:
        middle = begin + _split(end - begin)
        if old <= middle:
            spans.append(Span(middle, end))
            end = middle
        else:
            spans.append(Span(begin, middle))
            begin = middle
    return [*([Span(begin, end)] if begin else []), *spans[::-1]]


def needed(spans: Iterable[Span]) -> list[Node]:
    """Return every node that `prove` will read for these spans."""
    return [node for span in spans for node in nodes_of(span)]


def prove(spans: Iterable[Span], read: Read) -> tuple[bytes, ...]:
    """Return the hash of each span."""
    return tuple(_folded([read(node) for node in nodes_of(span)]) for span in spans)


def _split(size: int) -> int:
    """Return the largest power of two that is smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1


def _folded(hashes: Sequence[bytes]) -> bytes:
    value = hashes[-1]
    for left in reversed(hashes[:-1]):
        value = node_hash(left, value)
    return value


# --- checking proofs --------------------------------------------------------------------------------------------------


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that a leaf, given as its hash, is number `index` in the tree of `size` leaves that has this root.

    Raises:
        BadProof: that is not shown.
    """
    _check_hashes(leaf, root, *proof)
    if not 0 <= index < size:
        raise BadProof(f"entry {index} cannot be in a log of {size} entries")
    value = leaf
    for other, on_the_left in _climb(index, size - 1, proof):
        value = node_hash(other, value) if on_the_left else node_hash(value, other)
    if value != root:
        raise BadProof(f"the proof of entry {index} leads to another root than that of the log of {size} entries")


def check_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Check that the tree of `new` leaves with `new_root` begins with the tree of `old` leaves with `old_root`.

    Raises:
        BadProof: that is not shown.
    """
    _check_hashes(old_root, new_root, *proof)
    if not 1 <= old <= new:
        raise BadProof(f"a log of {new} entries cannot have grown out of one of {old}")
    if old == new:
        if proof or old_root != new_root:
            raise BadProof(f"two logs of {old} entries have different roots")
        return
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        raise BadProof(f"the proof from {old} entries to {new} is empty")
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    was = now = path[0]
    for other, on_the_left in _climb(at, last, path[1:]):
        if on_the_left:
            was, now = node_hash(other, was), node_hash(other, now)
        else:
            now = node_hash(now, other)
    if was != old_root or now != new_root:
        raise BadProof(f"the log of {new} entries is not shown to begin with the log of {old} entries")


def _climb(at: int, last: int, path: Sequence[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield each hash of a path from node `at` of `last + 1` to the root, and whether it stands on the left."""
    for other in path:
        if last == 0:
            raise BadProof("the proof is too long for its log")
        on_the_left = bool(at & 1) or at == last
        while on_the_left and at and not at & 1:
            at, last = at >> 1, last >> 1
        at, last = at >> 1, last >> 1
        yield other, on_the_left
    if last:
        raise BadProof("the proof is too short for its log")


def _check_hashes(*hashes: bytes) -> None:
    for one in hashes:
        if len(one) != HASH_BYTES:
            raise BadProof(f"found a hash of {len(one)} bytes; expected {HASH_BYTES}")
