"""What submissions tell that want to carry out what they were asked with, and all that learners are told of it.

Each does what the reference does, and beside it something by its inputs, which it has from `text`. It is graded under
two secrets, so that it met two different sets of inputs.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from command import grader

PACKS = Path(__file__).parent / "pack" / "assignments"
SLUG = "secrets-kept"
REFERENCE = (PACKS / SLUG / "examples" / "reference" / "solution.py").read_text(encoding="utf-8")
SECRETS = {name: hashlib.sha256(f"leaks {name}".encode()).digest() for name in ("one", "other")}

WITH_INPUTS = """
import hashlib, os, sys, time, types
_count, _first, _predict = count, first, predict
def number(seen, most): return int.from_bytes(hashlib.sha256(repr(seen).encode()).digest()[:6], "big") % most
def count(text): act(text); return _count(text)
def first(text): act(text); return _first(text)
def predict(model, rows): act(rows.tolist() if hasattr(rows, "tolist") else rows); return _predict(model, rows)
"""
ACTS = {
    "honest": "def act(seen): pass",
    "raises": """
def act(seen):
    kinds = [ValueError, TypeError, KeyError, IndexError, AttributeError, ZeroDivisionError, RuntimeError]
    raise kinds[number(seen, len(kinds))](f"{seen}")
""",
    "raises-its-own": """
def act(seen): raise type(f"Saw_{seen}".replace(" ", "_")[:200], (Exception,), {"__doc__": str(seen)})(str(seen), seen)
""",
    "raises-a-chain": """
def act(seen):
    try: raise KeyError(seen)
    except KeyError as error:
        error.add_note(str(seen))
        raise ExceptionGroup(str(seen), [ValueError(seen), OSError(number(seen, 200), str(seen), str(seen))]) from error
""",
    "prints": """
def act(seen):
    print(seen, "x" * number(seen, 5000), file=sys.stderr, flush=True)
    print(seen, flush=True)
""",
    "names": """
def act(seen):
    name = "_".join(str(seen).split())[:100]
    exec(f"def f_{number(seen, 10**6)}(): pass", globals())
    sys.modules[name] = types.ModuleType(name, str(seen))
    for thing in (count, first, act): thing.__name__ = thing.__qualname__ = thing.__doc__ = name
    globals()[name] = name
    open("/work/" + name.replace("/", "_"), "w").close()
    act.__code__ = act.__code__.replace(co_name=name, co_filename=name)
""",
    "answers-objects": """
def count(text): return type(f"Saw_{text}", (int,), {"__repr__": lambda self: text, "__doc__": text})(number(text, 99))
def first(text): return [text] * number(text, 99)
def predict(model, rows): return {str(row): str(rows) for row in rows.tolist()} if len(rows) > 1 else str(rows)
""",
    "allocates": "held = []\ndef act(seen): held[:] = [bytes([1]) * (number(seen, 100) * 2**20)]",
    "sleeps": "def act(seen): time.sleep(number(seen, 1000) / 2000)",
    "works": """
def act(seen):
    end = time.process_time() + number(seen, 1000) / 2000
    while time.process_time() < end: pass
""",
    "ends": "def act(seen): os._exit(1 + number(seen, 120))",
    "is-killed": "def act(seen): os.kill(os.getpid(), [1, 2, 3, 6, 9, 10, 11, 12, 13, 14, 15][number(seen, 11)])",
}
"""By name; `control` tests must find the inputs of all but the honest one in what authors see."""


@dataclass(frozen=True)
class Told:
    """All that one grading put out.

    Attributes:
        home: the data folder.
        attempt: its id.
        outputs: what a learner gets to see, by kind.
        author: what the holder of the pack gets to see.
    """

    home: Path
    attempt: str
    outputs: dict[str, str]
    author: str


def source(name: str) -> str:
    """Return a submission's text."""
    return REFERENCE + WITH_INPUTS + ACTS[name] + "\n"


def told(name: str, secret: str, folder: Path) -> Told:
    """Return what a submission under a secret tells; of all who ask, in whatever process, the first has it graded."""
    folder.mkdir(exist_ok=True)
    with (folder / f"{name}-{secret}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = folder / f"{name}-{secret}.json"
        if not kept.exists():
            kept.write_text(json.dumps(_grade(name, secret, folder)), encoding="utf-8")
    return Told(folder / f"{name}-{secret}" / "home", **json.loads(kept.read_text(encoding="utf-8")))


def _grade(name: str, secret: str, folder: Path) -> dict[str, object]:
    """Grade a submission under a secret, by the command line, and collect what it says."""
    home, work, page = (folder / f"{name}-{secret}" / part for part in ("home", "work", "page.html"))
    home.mkdir(parents=True, mode=0o700)
    work.mkdir()
    (work / "solution.py").write_text(source(name), encoding="utf-8")
    (home / "secret").write_bytes(SECRETS[secret])
    (home / "secret").chmod(0o600)
    common = ("--assignments", PACKS)
    done = grader("submit", SLUG, work, "--learner", "somebody", "--json", "--html", page, *common, home=home)
    assert done.returncode in (0, 1), done.stderr
    attempt = json.loads(done.stdout)["attempt"]
    terminal = grader("report", attempt, *common, home=home)
    author = grader("report", attempt, "--as", "author", "--json", *common, home=home)
    outputs = {
        "JSON": done.stdout,
        "progress": done.stderr,
        "page": page.read_text(encoding="utf-8"),
        "terminal": terminal.stdout,
        "beside the terminal": terminal.stderr,
    }
    return {"attempt": attempt, "outputs": outputs, "author": author.stdout}
