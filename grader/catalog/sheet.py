"""One TOML file of a pack, and the list of what is wrong with it.

Problems are gathered and told together: an author mends a file once, not once for each mistake.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from grader.catalog.lines import line_of
from grader.catalog.wording import KeyPath, dotted
from grader.errors import AuthorError

_AT = re.compile(r" \(at line (\d+), column \d+\)$")


@dataclass(slots=True)
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
        line = line_of(self.text, path)
        place = f"{self.file}:{line}" if line else self.file
        self.problems.append(f"{place}: {dotted(path)}: {sentence}")


def read(file: str, content: bytes) -> Sheet:
    """Parse `content`; what is not TOML is the sheet's one problem."""
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return Sheet(file, problems=[f"{file}:{line}: found bytes that are not UTF-8; expected a TOML file in UTF-8"])
    try:
        return Sheet(file, text, tomllib.loads(text))
    except (ValueError, RecursionError) as error:
        return Sheet(file, text, problems=[_syntax_problem(file, text, str(error))])


def _syntax_problem(file: str, text: str, said: str) -> str:
    """Return the parser's complaint with its line in front, where editors look for it."""
    at = _AT.search(said)
    line = int(at[1]) if at else text.count("\n") + 1
    return f"{file}:{line}: this is not TOML: {_AT.sub('', said)}"


def settle(problems: Iterable[str]) -> None:
    """Raise all problems as one.

    Raises:
        AuthorError: there are any.
    """
    sentences = list(problems)
    if sentences:
        raise AuthorError("\n".join(sentences))
