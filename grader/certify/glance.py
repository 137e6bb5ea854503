"""A glance at files: whether they may be a known example, told without parsing and for next to nothing.

Theory of operation. Whether two programs are the same is asked of a child that parses (`syntax`), and starting one
costs as much processor time as grading a light submission does. So it is not asked for every attempt. Two programs with
the same syntax tree have the same names in it; so a submission in which a name stands that an example has nowhere, or
the other way about, is no copy of it. One regular expression tells that in some hundred microseconds, in the engine: it
goes over the bytes once, takes nothing back and builds nothing. Where it is not sure it says "may be", and then the
child decides. Somebody who deceives it avoids a mark in a report; certifying takes no glance, it asks the child.

A notebook's code stands in texts of JSON, among much else. There it is looked the other way: whether each name that an
example has and the starter has not is anywhere in the bytes. An example without such a name, the starter itself, would
be found in everybody's work; it is compared byte by byte.
"""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Mapping
from functools import lru_cache

_NAME = re.compile(rb"[A-Za-z_\x80-\xff][\w\x80-\xff]*")
_OUTSIDE_TEXTS = re.compile(
    rb"#[^\r\n]*+"
    rb'|"""(?:[^"\\]++|\\.|"(?!""))*+(?:""")?'
    rb"|'''(?:[^'\\]++|\\.|'(?!''))*+(?:''')?"
    rb'|"(?:[^"\\\r\n]++|\\.)*+"?'
    rb"|'(?:[^'\\\r\n]++|\\.)*+'?"
    rb"|[0-9][\w.]*+"
    rb"|([A-Za-z_\x80-\xff][\w\x80-\xff]*+)",
    re.DOTALL,
)
"""Comments, texts and numbers of Python, to be passed over; and in a group of its own, a name."""
_COOKIE = re.compile(rb"coding[:=][ \t]*([-\w.]+)")
_PLAIN = {b"utf-8", b"utf8", b"ascii", b"us-ascii", b"latin-1", b"latin1", b"iso-8859-1", b"cp1252"}
"""Encodings in which a letter of ASCII is one byte, itself."""
_PREFIXES = {"r", "b", "u", "f", "br", "rb", "fr", "rf"}
_GIVEN = frozenset(
    {word.encode() for word in (*keyword.kwlist, *keyword.softkwlist)}
    | {one.encode() for prefix in _PREFIXES for one in (prefix, prefix.upper(), prefix.title())}
)
"""What stands in programs and is no name of theirs."""
_SPELLED_OUT = re.compile(rb"\\u00[0-7]")
"""A letter of ASCII as a notebook may spell it, who wants to hide it."""


def may_equal(files: Mapping[str, bytes], example: Mapping[str, bytes], starter: Mapping[str, bytes]) -> bool:
    """Whether a submission may be the same program as an example; False is sure, but of a notebook's starter.

    Args:
        files: of the submission.
        example: files of the example; what was not handed in does not count.
        starter: files that everybody begins with.
    """
    return all(
        name in example and _file_may_equal(name, content, example[name], starter.get(name, b""))
        for name, content in files.items()
    )


def _file_may_equal(name: str, content: bytes, held: bytes, begun: bytes) -> bool:
    if name.endswith(".py"):
        return _program_may_equal(content, held)
    if name.endswith(".ipynb"):
        own = _names_in_cells(held) - _names_in_cells(begun)
        return content == held or bool(own and (_SPELLED_OUT.search(content) or all(one in content for one in own)))
    return content == held


def _program_may_equal(content: bytes, held: bytes) -> bool:
    names = names_in_code(content)
    if not all(one.isascii() for one in names):  # Python takes some letters for others (NFKC)
        return True
    cookies = (_COOKIE.search(line) for line in content[:1000].splitlines()[:2])
    if any(found and found[1].lower() not in _PLAIN for found in cookies):
        return True
    return names <= _names_anywhere(held) and all(one in content for one in _names_of_its_own(held))


@lru_cache(maxsize=4)  # a submission is held against each example
def names_in_code(content: bytes) -> frozenset[bytes]:
    """Return the names in a program, and its keywords; what stands in texts, comments and numbers is left out."""
    return frozenset(match[1] for match in _OUTSIDE_TEXTS.finditer(content) if match[1])


@lru_cache(maxsize=256)
def _names_of_its_own(held: bytes) -> frozenset[bytes]:
    """Return the names in the code of an example, as far as each can be spelled in one way only."""
    return frozenset(one for one in names_in_code(held) - _GIVEN if one.isascii())


@lru_cache(maxsize=256)
def _names_anywhere(held: bytes) -> frozenset[bytes]:
    """Return all names in an example, those in texts and comments too: more than its syntax tree has."""
    return frozenset(_NAME.findall(held)) | _GIVEN


@lru_cache(maxsize=64)
def _names_in_cells(held: bytes) -> frozenset[bytes]:
    """Return the names in the code cells of an example: the author's file, and read as one."""
    try:
        cells = [cell["source"] for cell in json.loads(held)["cells"] if cell["cell_type"] == "code"]
        code = ["".join(cell) for cell in cells]
    except (ValueError, KeyError, TypeError):
        return frozenset()
    lines = [line for one in code for line in one.splitlines() if not line.lstrip().startswith(("%", "!"))]
    return frozenset(names_in_code("\n".join(lines).encode())) - _GIVEN
