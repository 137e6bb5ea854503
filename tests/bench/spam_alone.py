"""The checks of the shipped spam pack without us: generator, fits, predictions, figure, behaviour, complexity.

    python spam_alone.py FOLDER N [once|forked]

FOLDER holds `solution.py`, `messages.py` and `test_behaviour.py`. Each draw asks as many predictions as the rubric
does: all rows, half of them again, one alone; with `once`, all rows and no more. One process does all of it, N times
over after once that is not counted; with `forked`, each fit, each prediction and each test runs in a fork of it, which
is what the rubric asks for, too, and no wall yet. What each time took is printed as JSON.
"""

from __future__ import annotations

import gc
import inspect
import json
import os
import pickle
import random
import resource
import sys
import time
import types
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from radon.complexity import cc_visit
from sklearn.metrics import f1_score

DRAWS = 2
Apart = Callable[..., Any]
"""Calls what it is given, here or in a fork."""


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
    folder, count, mode = Path(sys.argv[1]), int(sys.argv[2]), "".join(sys.argv[3:])
    generator, behaviour = (_loaded(folder / name) for name in ("messages.py", "test_behaviour.py"))
    apart, again = _in_a_fork if mode == "forked" else _here, mode != "once"
    _judge(folder, generator, behaviour, -1, _here, again=again)  # imports what is imported late
    if mode == "forked":
        gc.freeze()  # as what a box is forked from does; who stays in one process has no use for it
    took = []
    for number in range(count):
        wall, cpu = time.perf_counter(), _cpu()
        _judge(folder, generator, behaviour, number, apart, again=again)
        took.append({"wall_ms": 1000 * (time.perf_counter() - wall), "cpu_ms": 1000 * (_cpu() - cpu)})
    print(json.dumps(took))


def _judge(folder: Path, generator: Any, behaviour: Any, number: int, apart: Apart, *, again: bool) -> None:
    submission = _loaded(folder / "solution.py", f"\n# {number}\n")
    figures = [_figure(submission, generator, Keys(f"{number} {draw}"), apart, again=again) for draw in range(DRAWS)]
    if sum(figures) / DRAWS < 0.94:
        raise SystemExit(f"the reference reached {figures} only")
    cc_visit((folder / "solution.py").read_text(encoding="utf-8"))
    for name, test in vars(behaviour).items():
        if name.startswith("test_"):
            lesson = inspect.unwrap(behaviour.lesson)(random.Random(f"{number} {name}"))  # noqa: S311 - draws of a test
            lent = {"submission": submission, "box": Box(submission), "lesson": lesson}
            apart(test, *(lent[wanted] for wanted in inspect.signature(test).parameters))


def _figure(submission: Any, generator: Any, keys: Keys, apart: Apart, *, again: bool) -> float:
    draw = generator.generate(keys)
    saved = apart(lambda: pickle.dumps(submission.train(draw["train_rows"], draw["train_labels"])))
    rows = draw["test_rows"]

    def predicted(asked: list[str]) -> Any:
        return apart(lambda: submission.predict(pickle.loads(saved), asked))  # noqa: S301 - made four lines above

    answers = predicted(rows)
    for fewer in (rows[: len(rows) // 2], rows[:1]) if again else ():
        predicted(fewer)
    f1_score(draw["test_labels"], generator.baseline(draw))
    return float(f1_score(draw["test_labels"], answers))


def _here(work: Callable[..., Any], *words: Any) -> Any:
    return work(*words)


def _in_a_fork(work: Callable[..., Any], *words: Any) -> Any:
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            with os.fdopen(writing, "wb") as file:
                pickle.dump(work(*words), file)
        except BaseException:  # noqa: BLE001 - whatever it is, this process ends here
            os._exit(1)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        said = file.read()
    if os.waitpid(pid, 0)[1]:
        raise SystemExit("a check failed in a fork")
    return pickle.loads(said)  # noqa: S301 - of our own child


def _cpu() -> float:
    """Return processor time of this process and of those that it has waited for."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime


def _loaded(file: Path, more: str = "") -> Any:
    module = types.ModuleType(file.stem)
    exec(compile(file.read_text(encoding="utf-8") + more, str(file), "exec"), module.__dict__)  # noqa: S102 - the pack's
    return module


if __name__ == "__main__":
    main()
