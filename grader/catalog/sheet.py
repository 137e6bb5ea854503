"""One TOML file of a pack, and the list of what is wrong with it.

Problems are gathered and told together: an author mends a file once, not once for each mistake.

A file may be large, deep or full of giant numbers by accident. That is told here, at the way in, and taken out, so that
whoever walks through a table may do so by recursion, and may write down any number.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from grader.catalog.lines import DEEPEST, line_of, places
from grader.catalog.wording import KeyPath, dotted
from grader.errors import AuthorError

MAX_TOML = 2**20
_LARGEST = 2**63 - 1
_MOST_TOLD = 50
_AT = re.compile(r" \(at line (\d+), column \d+\)$")
_LONG_NUMBER = re.compile(r"[0-9_]{1000}")
_MANY_BRACKETS = re.compile(r"[\[{]")
_TOO_LARGE = f"found a whole number of more than 64 bits; expected at most {_LARGEST}"
_TOO_DEEP = f"found values nested more than {DEEPEST} deep; expected fewer"


@dataclass  # no slots: the lines are looked for once, when the first problem asks
class Sheet:
    """A file as written, and what was found wrong so far.

    Attributes:
        file: its path, as an author finds it.
        text: as written.
        table: as parsed; empty when it cannot be.
        problems: one sentence each, with file, line and key.
    """

    file: str
    text: str = ""
    table: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def problem(self, path: KeyPath, sentence: str) -> None:
        """Write down that something is wrong at `path`."""
        line = line_of(self._places, path)
        place = f"{self.file}:{line}" if line else self.file
        self.problems.append(f"{place}: {dotted(path)}: {sentence}")

    @cached_property
    def _places(self) -> dict[KeyPath, int]:
        return places(self.text)


def read(file: str, content: bytes) -> Sheet:
    """Parse `content`; what is too large or not TOML is the sheet's one problem."""
    if len(content) > MAX_TOML:
        return Sheet(file, problems=[f"{file}: found more than {MAX_TOML} bytes; expected less"])
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return Sheet(file, problems=[f"{file}:{line}: found bytes that are not UTF-8; expected a TOML file in UTF-8"])
    try:
        sheet = Sheet(file, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        return Sheet(file, text, problems=[_syntax_problem(file, text, str(error))])
    except RecursionError:
        return Sheet(file, text, problems=[f"{_first(file, text, _MANY_BRACKETS, DEEPEST)}: {_TOO_DEEP}"])
    except ValueError:  # Python reads no decimal number of more than some thousand digits
        return Sheet(file, text, problems=[f"{_first(file, text, _LONG_NUMBER, 0)}: {_TOO_LARGE}"])
    sheet.table = _bounded(sheet, sheet.table)
    return sheet


def _bounded(sheet: Sheet, value: Any, path: KeyPath = ()) -> Any:
    """Return `value` with what is too deep and what is too large told and cut."""
    if isinstance(value, dict | list) and len(path) == DEEPEST:
        sheet.problem(path, _TOO_DEEP)
        return type(value)()
    if isinstance(value, dict):
        return {key: _bounded(sheet, item, (*path, key)) for key, item in value.items()}
    if isinstance(value, list):
        return [_bounded(sheet, item, (*path, at)) for at, item in enumerate(value)]
    if isinstance(value, int) and abs(value) > _LARGEST:
        sheet.problem(path, _TOO_LARGE)
        return _LARGEST
    return value


def _first(file: str, text: str, pattern: re.Pattern[str], more_than: int) -> str:
    """Return the file with the first line that holds `pattern` so many times, or without one."""
    for number, line in enumerate(text.splitlines(), start=1):
        if len(pattern.findall(line)) > more_than:
            return f"{file}:{number}"
    return file


def _syntax_problem(file: str, text: str, said: str) -> str:
    """Return the parser's complaint with its line in front, where editors look for it."""
    at = _AT.search(said)
    line = int(at[1]) if at else text.count("\n") + 1
    return f"{file}:{line}: this is not TOML: {_AT.sub('', said)}"


def settle(problems: Iterable[str]) -> None:
    """Raise all problems as one; of very many only the first, and how many more.

    Raises:
        AuthorError: there are any.
    """
    sentences = list(problems)
    rest = len(sentences) - _MOST_TOLD
    if rest > 0:
        sentences[_MOST_TOLD:] = [f"and {rest} more"]
    if sentences:
        raise AuthorError("\n".join(sentences))
