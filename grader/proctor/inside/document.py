"""Facts about something written: Markdown, or the message of a commit; read here and never in the engine.

Only what a reader sees is counted, because a rule on words invites words that nobody sees. Comments, raw HTML, hidden
elements, link targets, definitions, code, zero-width and other format characters are no words, and a paragraph that is
there twice counts once. This is no renderer: of CommonMark it knows fences, headings, paragraphs, links and raw HTML,
line by line, and runs in a child with limits of its own.
"""

from __future__ import annotations

import ast
import json
import posixpath
import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from grader.proctor.inside.child import in_a_child

MOST_LINKS = 500
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})\s*([\w+-]*)")
_HEADING = re.compile(r" {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)\s*$")
_DEFINITION = re.compile(r" {0,3}\[([^\]\n]{1,200})\]:\s*(\S+)")
_TAG = re.compile(r"<(/?)(\w+)([^<>]*)>")
_UNSEEN = re.compile(r"\b(?:hidden|style)\b", re.IGNORECASE)
_LINK = re.compile(r"!?\[([^\[\]]*)\]\(\s*<?((?:[^\s()<>]|\([^\s()<>]*\))*)>?[^()]*\)")
_SPAN = re.compile(r"(`+)(.+?)\1", re.DOTALL)
_WORD = re.compile(r"\w+(?:['’.-]\w+)*")
_PARSED: dict[str, Callable[[str], Any]] = {
    "python": ast.parse,
    "py": ast.parse,
    "json": json.loads,
    "toml": tomllib.loads,
}


@dataclass(slots=True)
class Reading:
    """What has been read so far."""

    headings: list[str] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    blocks: list[tuple[str, str]] = field(default_factory=list)


def facts(files: Mapping[str, bytes], name: str, folder: str) -> dict[str, Any] | None:
    """Return what is written in a file; None where it is not there or cannot be read in time.

    `{"headings": [...], "words": n, "longest": n, "dead": n, "links": n, "blocks": n, "broken": n, "first": n,
    "parted": bool}`: visible words in all and of the longest paragraph; links that lead nowhere and all; code blocks
    that cannot be parsed and all that can be looked at; characters of the first line; a blank line after it.

    Args:
        files: of the submission, and the pack's public ones below `data/`.
        name: of the file.
        folder: below `data/`, from which relative links start; `.` for `data/` itself.
    """
    if name not in files:
        return None
    found: dict[str, Any] | None = in_a_child(lambda: _gather(files, name, folder), bounded=True)
    return found


def _gather(files: Mapping[str, bytes], name: str, folder: str) -> dict[str, Any]:
    text = _visible(files[name].decode("utf-8", "replace"))
    lines = text.split("\n")
    reading = read(text)
    base = posixpath.normpath(posixpath.join("data", folder))
    there = {*files, *(one.removeprefix(f"{base}/") for one in files if one.startswith(f"{base}/"))}
    anchors = {_anchor(heading) for heading in reading.headings}
    counts = [len(_WORD.findall(paragraph)) for paragraph in dict.fromkeys(reading.paragraphs)]
    looked_at = [_parses(language, code) for language, code in reading.blocks if language in _PARSED]
    return {
        "headings": reading.headings[:MOST_LINKS],
        "words": sum(counts),
        "longest": max(counts, default=0),
        "links": len(reading.links),
        "dead": sum(not leads_somewhere(link, name, there, anchors) for link in reading.links),
        "blocks": len(looked_at),
        "broken": looked_at.count(False),
        "first": len(lines[0].rstrip()),
        "parted": len(lines) < 2 or not lines[1].strip(),  # noqa: PLR2004 - the second line
    }


def _visible(text: str) -> str:
    """Return text without characters that nobody sees; marks beyond a few on a letter cannot hide either."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(one for one in text if one in "\n\t" or unicodedata.category(one) not in {"Cc", "Cf", "Co", "Cn"})


def read(text: str) -> Reading:
    """Return the parts of a Markdown text."""
    reading = Reading()
    paragraph: list[str] = []
    for line in [*_without_code(text, reading), ""]:
        heading = _HEADING.match(line)
        if _UNDERLINE.match(line) and paragraph and paragraph[-1].strip():
            reading.headings.append(_plain(paragraph.pop(), reading))
        elif heading:
            _close(paragraph, reading)
            reading.headings.append(_plain(heading[2], reading))
        elif not line.strip():
            _close(paragraph, reading)
        else:
            paragraph.append(line)
    return reading


def _without_code(text: str, reading: Reading) -> Iterator[str]:
    """Yield the lines outside fences and comments; code goes where it belongs."""
    outside: list[str] = []
    fence, language = "", ""
    code: list[str] = []
    for line in text.split("\n"):
        opened = _FENCE.match(line)
        if fence:
            if opened and opened[1].startswith(fence) and not line.strip().strip(fence[0]):
                reading.blocks.append((language, "\n".join(code)))
                fence = ""
            else:
                code.append(line)
        elif opened:
            fence, language, code = opened[1], opened[2].lower(), []
            outside.append("")
        else:
            outside.append(line)
    yield from _without_hidden(_COMMENT.sub("", "\n".join(outside))).split("\n")


def _without_hidden(text: str) -> str:
    """Return a text without elements that say that they are hidden, or how they look; one that is not closed hides all.

    Tag by tag, so that a text of nothing but beginnings of tags takes no longer than another.
    """
    kept, at, inside = [], 0, ""
    for tag in _TAG.finditer(text):
        closes, name, attributes = tag[1], tag[2].lower(), tag[3]
        if not inside and not closes and _UNSEEN.search(attributes):
            kept.append(text[at : tag.start()])
            inside = name
        elif inside and closes and name == inside:
            at, inside = tag.end(), ""
    return "".join(kept) + ("" if inside else text[at:])


def _close(paragraph: list[str], reading: Reading) -> None:
    """End a paragraph: definitions of links and raw HTML are no part of what is read."""
    kept = []
    for line in paragraph:
        definition = _DEFINITION.match(line)
        if definition:
            reading.links.append(definition[2].strip("<>"))
        else:
            kept.append(line)
    paragraph.clear()
    text = _plain(" ".join(kept), reading)
    if kept and not re.match(r" {0,3}<[a-zA-Z/!?]", kept[0]) and text:
        reading.paragraphs.append(text)


def _plain(text: str, reading: Reading) -> str:
    """Return a text as it is read, its links noted; what is set as code stays, and holds no link."""
    parts = _SPAN.split(text)
    for at in range(0, len(parts), 3):
        for _, target in _LINK.findall(parts[at]):
            reading.links.append(target)
        parts[at] = _TAG.sub("", _LINK.sub(r"\1", parts[at]))
    return " ".join("".join(part for at, part in enumerate(parts) if at % 3 != 1).split())


def leads_somewhere(link: str, name: str, there: set[str], anchors: set[str]) -> bool:
    """Whether a link is well formed, and a relative one leads to a file or folder, or a heading, that is there."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    if parts.scheme or parts.netloc:
        return (parts.scheme in {"http", "https"} and "." in parts.netloc) or parts.scheme == "mailto"
    if not parts.path:
        return parts.fragment.lower() in anchors
    path = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path)))
    return path in there or any(one.startswith(f"{path}/") for one in there)


def _anchor(heading: str) -> str:
    """Return the anchor that a heading gets on the usual forges."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _parses(language: str, code: str) -> bool:
    try:
        _PARSED[language](code)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True
