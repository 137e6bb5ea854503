"""Broken packs and rubrics: each is a right one with one change that certainly breaks it.

Nothing here is drawn at random and hoped to be broken: a value is of a type or in a place that no key takes, a file is
no file. The same ones are made every time.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path

from grader.model import Assignment, Limits
from grader.settings import resource

SLUG = "my-pack"
PACK = resource("assignments") / "sorting-searching"
RUBRIC_OF = {
    name: (resource("rubrics") / f"{name}.toml").read_text() for name in ("sorting-searching", "spam-detector")
}
GIANT = "0x" + "f" * 5000
DEEP = ".".join(["a"] * 3000)

Break = Callable[[Path, Path], object]
"""Breaks a pack, given its folder and its rubric."""


# --- packs -----------------------------------------------------------------------------------------------------------


def packs() -> dict[str, Break]:
    """Return breaks of a copy of the pack sorting-searching."""
    found = {name: _asking(text) for name, text in _assignments()}
    return found | {name: lambda pack, _, act=act: act(pack) for name, act in _FOLDERS.items()} | _RUBRIC_FILES


def _asking(content: bytes) -> Break:
    return lambda pack, _: (pack / "assignment.toml").write_bytes(content)


def _assignments() -> Iterator[tuple[str, bytes]]:
    """Yield what an assignment.toml can wrongly be."""
    right = (PACK / "assignment.toml").read_text()
    head = right.partition("[limits]")[0]

    def having(key: str, value: str, *, text: str = head) -> bytes:
        rest = "\n".join(line for line in text.splitlines() if not line.startswith(f"{key} ="))
        return f"{key} = {value}\n{rest}\n".encode()

    for key in (field.name for field in fields(Assignment)):
        yield f"{key} is a date", having(key, "1979-05-27")
    for key in (field.name for field in fields(Limits)):
        yield f"limits.{key} is below zero", f"{head}[limits]\n{key} = -1\n".encode()
    for key in ("title", "skill", "kind", "files"):
        yield f"{key} is missing", re.sub(rf"(?m)^{key} =.*\n", "", right).encode()
    for key in re.findall(r"(?m)^(\w+) =", right):
        yield f"{key} is misspelt", right.replace(f"{key} =", f"{key}x =").encode()
    for name in _FILES:
        yield f"files holds {name[:20]!a}", having("files", json.dumps([name]), text=right)
    for what, key, value in _VALUES:
        yield what, having(key, value, text=right)
    yield "memory is a giant number", f"{head}[limits]\nmemory_mb = {GIANT}\n".encode()
    yield "it is large", f"{right}#{'x' * 2**20}\n".encode()
    yield "it has two thousand more keys", head.encode() + "".join(f"key{at} = 1\n" for at in range(2000)).encode()
    yield "a key is deep", f"{DEEP} = 1\n{right}".encode()
    yield "a table is deep", f"{right}\n[{DEEP}]\n".encode()
    for what, content in _not_toml(right):
        yield f"assignment.toml {what}", content


_FILES = ("../a.py", "/a.py", "a\\b.py", ".a.py", "a", "json.py", "class.py", "a b.py", "ü.py", "a/../b.py", "")
_VALUES = (
    ("no files", "files", "[]"),
    ("a file twice", "files", '["a.py", "a.py"]'),
    ("a file in a file", "files", '["a.py", "a.py/b.py"]'),
    ("a level of 4", "level", "4"),
    ("a kind nobody knows", "kind", '"essay"'),
    ("a notebook that is a module", "kind", '"notebook"'),
    ("a summary that steers a terminal", "summary", '"\\u001b[2J"'),
)


def _not_toml(right: str) -> Iterator[tuple[str, bytes]]:
    """Yield what is not TOML, made of what is."""
    yield "breaks off in a text", right[: right.index('"') + 3].encode()
    yield "has a bracket too many", f"{right}]\n".encode()
    yield "has a key without a value", f"key =\n{right}".encode()
    yield "has a key twice", f"key = 1\nkey = 2\n{right}".encode()
    yield "holds a NUL", f"{right}\0".encode()
    yield "holds Latin-1", f"# é\n{right}".encode("latin-1")
    yield "is in UTF-16", right.encode("utf-16")
    yield "is JSON", json.dumps({"title": "x"}).encode()
    yield "is empty", b""
    yield "is deep", f"key = {'[' * 100_000}\n{right}".encode()
    yield "is not flat", f"key = {'[' * 300}{']' * 300}\n{right}".encode()
    yield "has a number of five thousand digits", f"key = {'9' * 5000}\n{right}".encode()


def _linked(name: str, target: str) -> Callable[[Path], object]:
    def link(pack: Path) -> None:
        path = pack / name
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
        path.symlink_to(target)

    return link


def _listening(pack: Path) -> None:
    here = Path.cwd()
    os.chdir(pack)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
    os.chdir(here)


def _labelled(pack: Path, rubric: Path, table: bytes) -> None:
    """Have a metric ask for a column that no table has."""
    (pack / "hidden" / "labels.csv").write_bytes(table)
    metric = """kind = "metric"\ntitle = "F1"\nscorer = "f1"\nfit = "train"\npredict = "predict"\ndata = "labels.csv"
label = "nonesuch"\nthresholds = [{ at = 0, earns = 1 }]\n"""
    rubric.write_text(rubric.read_text().partition("[checks.stack]")[0] + "[checks.stack]\n" + metric)


_FOLDERS: dict[str, Callable[[Path], object]] = {
    "no brief": lambda pack: (pack / "README.md").unlink(),
    "an empty brief": lambda pack: (pack / "README.md").write_text(" \n"),
    "a brief in Latin-1": lambda pack: (pack / "README.md").write_bytes(b"# \xe9\n"),
    "a brief that is a folder": lambda pack: ((pack / "README.md").unlink(), (pack / "README.md").mkdir()),
    "no hidden files": lambda pack: shutil.rmtree(pack / "hidden"),
    "a pipe": lambda pack: os.mkfifo(pack / "pipe"),
    "a socket": _listening,
    "a link to passwd": _linked("leak", "/etc/passwd"),
    "a link upwards": _linked("leak", "../../../beside/precious"),
    "a link to the root": _linked("leak", "/"),
    "a link to a folder within": _linked("leak", "hidden"),
    "a link to nothing": _linked("leak", "nowhere"),
    "a link to itself": _linked("leak", "leak"),
    "a hidden folder elsewhere": _linked("hidden", "../../../beside"),
    "a starter elsewhere": _linked("starter", "/etc"),
    "an assignment elsewhere": _linked("assignment.toml", str(PACK / "assignment.toml")),
    "a brief elsewhere": _linked("README.md", "../../../beside/precious"),
    "a reference elsewhere": _linked("examples/reference", "../../../../beside"),
    "examples elsewhere": _linked("examples", str(PACK / "examples")),
    "folders forty deep": lambda pack: (pack / "data" / "/".join("a" * 40)).mkdir(parents=True),
    "a name with capitals": lambda pack: pack.rename(pack.with_name("My-Pack")),
    "a name with a space": lambda pack: pack.rename(pack.with_name("my pack")),
    "a name that steers a terminal": lambda pack: pack.rename(pack.with_name("my\x1b[2J")),
    "a name of two lines": lambda pack: pack.rename(pack.with_name("my\npack")),
    "a name that is no text": lambda pack: pack.rename(pack.with_name(os.fsdecode(b"my\xff"))),
}
_RUBRIC_FILES: dict[str, Break] = {
    "no rubric": lambda _, rubric: rubric.unlink(),
    "a rubric that is a folder": lambda _, rubric: (rubric.unlink(), rubric.mkdir()),
    "a rubric that is a link": lambda _, rubric: rubric.symlink_to(rubric.rename(rubric.with_suffix(".x"))),
    "a rubric that is a pipe": lambda _, rubric: (rubric.unlink(), os.mkfifo(rubric)),
    "two rubrics": lambda pack, rubric: shutil.copy(rubric, pack / "rubric.toml"),
    "labels with old line ends": lambda pack, rubric: _labelled(pack, rubric, b"text,spam\rhello,0\r"),
    "labels that are one long line": lambda pack, rubric: _labelled(pack, rubric, b"x" * 200_000),
    "labels of nothing": lambda pack, rubric: _labelled(pack, rubric, b""),
}


# --- rubrics ---------------------------------------------------------------------------------------------------------


def rubrics() -> dict[str, tuple[str, bytes]]:
    """Return broken rubrics, each with the pack whose it is."""
    found = {}
    for slug, right in RUBRIC_OF.items():
        for what, text in _rubrics(right):
            found[f"{slug}: {what}"] = slug, text.encode()
        for what, content in _not_toml(right):
            found[f"{slug}: {what}"] = slug, content
    for what, slug, old, new in _SENSELESS:
        right = RUBRIC_OF[slug]
        if old not in right:
            raise LookupError(old)
        found[what] = slug, right.replace(old, new, 1).encode()
    return found


def _rubrics(right: str) -> Iterator[tuple[str, str]]:
    """Yield a rubric with one of its lines made wrong: a key misspelt, a date, points and checks that are none."""
    lines = right.splitlines()
    keyed = [at for at, line in enumerate(lines) if re.match(r"\w+ = ", line)]

    def having(at: int, line: str) -> str:
        return "\n".join([*lines[:at], line, *lines[at + 1 :], ""])

    for at in random.Random(1).sample(keyed, 6):  # noqa: S311 - the same ones every time
        yield f"line {at + 1} is misspelt", having(at, lines[at].replace(" =", "x =", 1))
    for at in random.Random(2).sample(keyed, 6):  # noqa: S311 - the same ones every time
        yield f"line {at + 1} is a date", having(at, f"{lines[at].split()[0]} = 1979-05-27")
    for at in keyed:
        if lines[at].startswith("points ="):
            yield f"line {at + 1} does not add up", having(at, f"{lines[at]}1")
        elif lines[at].startswith("checks ="):
            yield f"line {at + 1} names no check", having(at, 'checks = ["nonesuch"]')
        elif lines[at].startswith("kind ="):
            yield f"line {at + 1} is of no kind", having(at, 'kind = "prayer"')


_SORTS, _SPAM = RUBRIC_OF
_SENSELESS = (
    ("an id twice", _SORTS, 'id = "searches"', 'id = "sorts"'),
    ("an id that is none", _SORTS, 'id = "searches"', 'id = "Searches!"'),
    ("a title of nothing", _SORTS, 'title = "Is', 'title = " "\n# "Is'),
    ("needs itself", _SORTS, 'needs = ["own-work"]', 'needs = ["sorting"]'),
    ("needs what runs later", _SORTS, 'needs = ["own-work"]', 'needs = ["stack"]'),
    ("needs nobody", _SORTS, 'needs = ["own-work"]', 'needs = ["nobody"]'),
    ("needs in a circle", _SORTS, "max_complexity = 6", 'max_complexity = 6\nneeds = ["small-functions"]'),
    ("needs in a wide circle", _SORTS, "[checks.own-work]", '[checks.own-work]\nneeds = ["sorting"]'),
    ("a static check without a rule", _SORTS, "max_complexity = 6", ""),
    ("a call that is none", _SORTS, '"sorted"', '"sorted()"'),
    ("a test file that climbs", _SORTS, '"test_stack.py"', '"../test_stack.py"'),
    ("a test file that is not there", _SORTS, '"test_stack.py"', '"test_stak.py"'),
    ("a test file twice", _SORTS, '["test_stack.py"]', '["test_stack.py", "test_stack.py"]'),
    ("no test file", _SORTS, '["test_stack.py"]', "[]"),
    ("a check nobody asks", _SORTS, "[checks.stack]", "[checks.more]\nkind='static'\nmax_complexity=1\n[checks.stack]"),
    *(
        (f"a pass mark of {mark}", _SORTS, "pass_mark = 90", f"pass_mark = {mark}")
        for mark in ("0", "101", "nan", "inf")
    ),
    *((f"a pass mark of {mark}", _SORTS, "pass_mark = 90", f"pass_mark = {mark}") for mark in ('"1/0"', "true", "9e1")),
    ("a giant number", _SORTS, "pass_mark = 90", f"pass_mark = {GIANT}"),
    ("a giant complexity", _SORTS, "max_complexity = 6", f"max_complexity = {GIANT}"),
    ("a deep key", _SORTS, "pass_mark = 90", f"pass_mark = 90\n{DEEP} = 1"),
    ("a deep table", _SORTS, "[checks.stack]", f"[{DEEP}]\n[checks.stack]"),
    ("a check named as a record", _SORTS, "[checks.stack]", "[checks.Tests]"),
    ("corners that fall", _SPAM, 'at = "0.94"', 'at = "0.75"'),
    ("a corner of NaN", _SPAM, 'at = "0.94"', "at = nan"),
    ("a corner of a half of a bit", _SPAM, 'at = "0.94"', "at = 0.95"),
    ("a corner that earns too much", _SPAM, 'earns = "1"', 'earns = "2"'),
    ("no corner", _SPAM, '{ at = "0.80", earns = "0" }, { at = "0.94", earns = "1" }', ""),
    ("no draw", _SPAM, "draws = 2", "draws = 0"),
    ("answers out of order", _SPAM, "[0, 1]", "[1, 0]"),
    ("a generator that is not there", _SPAM, "messages.py", "message.py"),
    ("a scorer that is not there", _SPAM, 'scorer = "f1"', 'scorer = "score.py:f1"'),
    ("a function that is none", _SPAM, 'fit = "train"', 'fit = "train me"'),
    ("a reference upside down", _SPAM, 'low = "0.947"', 'low = "0.999"'),
)
