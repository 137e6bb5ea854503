"""The checks of the shipped spam pack without us: generator, fits, predictions, figure, behaviour, complexity.

    python spam_alone.py FOLDER N [once]

FOLDER holds `solution.py`, `messages.py` and `test_behaviour.py`. Each draw asks as many predictions as the rubric
does: all rows, half of them again, one alone; with `once`, all rows and no more. One process does all of it, N times
over after once that is not counted. What each time took is printed as JSON.
"""

from __future__ import annotations

import inspect
import json
import pickle
import random
import sys
import time
import types
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from radon.complexity import cc_visit
from sklearn.metrics import f1_score

DRAWS = 2


class Keys:
    """Stands in for the keys of a submission."""

    def __init__(self, name: str) -> None:
        self._name = name

    def rng(self, part: str) -> random.Random:
        """Return what a part of a generator draws from."""
        return random.Random(f"{self._name} {part}")  # noqa: S311 - draws of a test


class Box:
    """Stands in for a box: calls, and shows the arguments afterwards."""

    def __init__(self, submission: Any) -> None:
        self._submission = submission

    def call(self, name: str, *args: Any) -> SimpleNamespace:
        """Call a function of the submission."""
        return SimpleNamespace(value=getattr(self._submission, name)(*args), args=args)


def main() -> None:
    """Measure."""
    folder, count, once = Path(sys.argv[1]), int(sys.argv[2]), "once" in sys.argv[3:]
    generator, behaviour = (_loaded(folder / name) for name in ("messages.py", "test_behaviour.py"))
    took = []
    for number in range(1 + count):
        wall, cpu = time.perf_counter(), time.process_time()
        _judge(folder, generator, behaviour, number, once=once)
        took.append({"wall_ms": 1000 * (time.perf_counter() - wall), "cpu_ms": 1000 * (time.process_time() - cpu)})
    print(json.dumps(took[1:]))


def _judge(folder: Path, generator: Any, behaviour: Any, number: int, *, once: bool) -> None:
    submission = _loaded(folder / "solution.py", f"\n# {number}\n")
    figures = [_figure(submission, generator, Keys(f"{number} {draw}"), once=once) for draw in range(DRAWS)]
    if sum(figures) / DRAWS < 0.94:
        raise SystemExit(f"the reference reached {figures} only")
    cc_visit((folder / "solution.py").read_text(encoding="utf-8"))
    for name, test in vars(behaviour).items():
        if name.startswith("test_"):
            lesson = inspect.unwrap(behaviour.lesson)(random.Random(f"{number} {name}"))  # noqa: S311 - draws of a test
            lent = {"submission": submission, "box": Box(submission), "lesson": lesson}
            test(**{wanted: lent[wanted] for wanted in inspect.signature(test).parameters})


def _figure(submission: Any, generator: Any, keys: Keys, *, once: bool) -> float:
    draw = generator.generate(keys)
    saved = pickle.dumps(submission.train(draw["train_rows"], draw["train_labels"]))
    rows = draw["test_rows"]
    answers = submission.predict(pickle.loads(saved), rows)  # noqa: S301 - made two lines above
    for fewer in () if once else (rows[: len(rows) // 2], rows[:1]):
        submission.predict(pickle.loads(saved), fewer)  # noqa: S301 - likewise
    f1_score(draw["test_labels"], generator.baseline(draw))
    return float(f1_score(draw["test_labels"], answers))


def _loaded(file: Path, more: str = "") -> Any:
    module = types.ModuleType(file.stem)
    exec(compile(file.read_text(encoding="utf-8") + more, str(file), "exec"), module.__dict__)  # noqa: S102 - the pack's
    return module


if __name__ == "__main__":
    main()
