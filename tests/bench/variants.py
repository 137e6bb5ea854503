"""The packs that are weighed: two that are written down, the shipped spam pack, and what is made of them here.

So that a pack of 200 tests is the pack of 12 tests and nothing else, it is made from the same text: the same functions
over again, each with a number behind its name.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.settings import resource

WRITTEN = Path(__file__).parent / "packs"
CELL, SINGLE = "cell", "single"
TENANCIES = (CELL, SINGLE)

_TEST = re.compile(r"^def test_", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Variant:
    """A pack to be weighed.

    Attributes:
        name: of it in the table.
        written: folder that it is made from.
        tests: how many there are; 0 leaves them as they are written.
        isolate: as in the rubric; empty leaves it as it is written.
    """

    name: str
    written: Path
    tests: int = 0
    isolate: str = ""

    def slug(self, tenancy: str) -> str:
        """Return what it is called when it is handed in to."""
        return f"{self.name}-{tenancy}"

    @property
    def count(self) -> int:
        """How many tests there are."""
        return sum(len(_TEST.findall(text)) for text in self.hidden().values())

    def reference(self) -> bytes:
        """Return the reference solution, which all submissions are but for a line of comment."""
        return (self.written / "examples" / "reference" / "solution.py").read_bytes()

    def hidden(self) -> dict[str, str]:
        """Return the hidden tests by name, as many as there are to be."""
        files = sorted((self.written / "hidden" / "tests").glob("test_*.py"))
        return {file.name: self._so_many(file.read_text(encoding="utf-8")) for file in files}

    def write(self, root: Path, tenancy: str) -> None:
        """Write it down as a pack."""
        folder = root / self.slug(tenancy)
        shutil.copytree(self.written, folder, ignore=shutil.ignore_patterns("__pycache__"))
        for name, text in self.hidden().items():
            (folder / "hidden" / "tests" / name).write_text(text, encoding="utf-8")
        asked, judged = folder / "assignment.toml", folder / "rubric.toml"
        if not judged.exists():  # a shipped pack has it elsewhere
            shutil.copy(resource("rubrics") / f"{self.written.name}.toml", judged)
        asked.write_text(f'tenancy = "{tenancy}"\n{asked.read_text(encoding="utf-8")}', encoding="utf-8")
        if self.isolate:
            text = judged.read_text(encoding="utf-8")
            judged.write_text(re.sub(r'isolate = "\w+"', f'isolate = "{self.isolate}"', text), encoding="utf-8")

    def _so_many(self, text: str) -> str:
        if not self.tests:
            return text
        head, *bodies = _TEST.split(text)
        return head + "".join(f"def test_{body}" for body in _numbered(bodies, self.tests)).rstrip() + "\n"


def _numbered(bodies: list[str], count: int) -> Iterator[str]:
    """Yield so many of them: as they are at first, then over again under other names."""
    for number in range(count):
        turn, place = divmod(number, len(bodies))
        body = bodies[place].rstrip() + "\n\n\n"
        yield body.replace("(", f"_{turn}(", 1) if turn else body


LIGHT = Variant("light", WRITTEN / "light")
ML = Variant("ml", WRITTEN / "ml")
SPAM = Variant("spam", resource("assignments") / "spam-detector")
MANY = Variant("light-200", WRITTEN / "light", tests=200)
EACH = Variant("light-each", WRITTEN / "light", isolate="test")
EACH_MANY = Variant("light-each-200", WRITTEN / "light", tests=200, isolate="test")
ALL = (LIGHT, ML, SPAM, MANY, EACH, EACH_MANY)


def write_all(root: Path) -> None:
    """Write every pack in every tenancy there is."""
    for variant in ALL:
        for tenancy in TENANCIES:
            variant.write(root, tenancy)
