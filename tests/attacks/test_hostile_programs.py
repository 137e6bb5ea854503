"""What C++ adds to what can be tried, thrown at the engine on real containers, and at a naive judge.

`compiled.toml` is the table. On the engine the hidden test gets the outcome in the table, no planted word is shown, no
more points are given than for honest work, and nothing is left. The naive judge compiles the submission with the hidden
answers beside it, shows the compiler's words, and takes an exit code for a mark: there each attack wins, or the table
says why it cannot, or why it is not asked.
"""

from __future__ import annotations

import io
import time
import tomllib
from fractions import Fraction
from pathlib import Path

import pytest
from grading_of import circumstances
from rich.console import Console

from grader import model
from grader.canonical import digest_tree, encode
from grader.keys import PUBLISHED_SECRET
from grader.model import Assignment, Build, Criterion, Limits, Pack, Rubric, Submission
from grader.render import html, terminal
from grader.sandbox.docker import DockerSandbox
from grader.sandbox.interface import BoxSpec
from grader.settings import resource
from grader.story import grading
from grader.story.reveal import reveal

pytestmark = [pytest.mark.docker, pytest.mark.attack, pytest.mark.timeout(900)]

TABLE = tomllib.loads(Path(__file__).with_name("compiled.toml").read_text(encoding="utf-8"))
CANARY = "kanarie-7c44"
FILES = {"calls": "mine.hpp", "program": "main.cpp"}
LIMITS = Limits(cpu_seconds=2.0, wall_seconds=100.0, memory_mb=256, output_kb=1024)
BUILD = Build(cpu_seconds=6.0, wall_seconds=300.0, memory_mb=512, disk_mb=64)
DRIVER = b"""
#include <grader.hpp>
#include "mine.hpp"
int main() { return grader::serve({{"twice", grader::function(twice)}}); }
"""
TESTS = {
    "calls": "assert submission.twice(n) == 2 * n",
    "program": "assert program.run(str(n)).text == str(2 * n)",
}
PATIENCE = 60
"""Seconds after which the naive judge is harmed; on a busy machine a build alone takes a quarter of it."""
ACTS = ("<script", "\x1b", "\u202e")
"""What does something on a page; the last two in a terminal, too."""


def named(chosen):
    return [pytest.param(entry, id=name) for name, entry in chosen.items()]


@pytest.fixture(scope="module")
def sandbox():
    opened = DockerSandbox(resource("sandbox"))
    yield opened
    assert opened.leftovers() == []


def pack(against):
    fixture = "submission" if against == "calls" else "program"
    tests = f'''
SECRET = "{CANARY}"
def test_doubles(rng, {fixture}):
    """Doubles a number."""
    for _ in range(3):
        n = rng.randint(10, 9999)
        {TESTS[against]}
'''
    return Pack(
        slug="attacked",
        assignment=Assignment(
            title="Attacked", skill="x", kind="cpp", family="cpp", files=(FILES[against],), limits=LIMITS, build=BUILD
        ),
        rubric=Rubric(
            points=Fraction(10),
            pass_mark=Fraction(10),
            criteria=(Criterion(id="c", title="C", points=Fraction(10), checks=("t",)),),
            checks={"t": model.Tests(kind="tests", files=("test_it.py",))},
        ),
        brief="",
        starter={},
        data={"driver.cpp": DRIVER} if against == "calls" else {},
        hidden={"tests/test_it.py": tests.encode(), "answers.txt": CANARY.encode()},
        digest="sha256:pack",
        rubric_digest="sha256:rubric",
    )


@pytest.mark.parametrize("case", named(TABLE))
def test_compiled_engine(case, sandbox):
    """The outcome in the table, no point but for honest work, nothing hidden shown, nothing that acts."""
    judged = pack(case["against"])
    files = {FILES[case["against"]]: case["code"].encode()}
    graded = grading.grade(
        judged,
        Submission(files=files, digest=digest_tree(files)),
        sandbox=sandbox,
        secret=PUBLISHED_SECRET,
        progress=lambda _check: None,
        tenancy="single",
    )
    report = grading.report(judged, graded, circumstances(graded))
    (item,) = report.verdicts[0].items
    assert str(item.outcome) in case["outcome"].split(" or "), item.detail[-1500:]
    assert report.passed is (case["outcome"] == "PASSED")
    shown = reveal(report, judged)
    for text in (encode(shown).decode(), html.learner_page(shown), in_terminal(shown)):
        assert CANARY not in text
    for text in (html.learner_page(shown), html.author_page(report)):
        assert not [acting for acting in ACTS if acting in text]
    assert not [acting for acting in ACTS[1:] if acting in in_terminal(shown) + encode(shown).decode()]
    assert CANARY not in graded.examined["t"].printed


def in_terminal(shown):
    written = io.StringIO()
    terminal.learner_summary(shown, Console(file=written, width=100))
    return written.getvalue()


NAIVE = """
import os, pathlib, subprocess
work = pathlib.Path("/work")
for name, content in FILES.items():
    (work / name).parent.mkdir(parents=True, exist_ok=True)
    (work / name).write_text(content)
os.environ["SECRET_OF_THE_JUDGE"] = CANARY
(work / "temporary").mkdir()
os.environ["TMPDIR"] = "/work/temporary"
def tell(text):
    payload = text.encode("utf-8", "replace")
    os.write(1, len(payload).to_bytes(4, "big") + payload)
made = subprocess.run(["g++", "-O1", "-I.", "judge.cpp", "-o", "judge"], cwd=work / "submission", text=True,
                      errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=os.environ)
if made.returncode:
    tell("words\\n" + made.stdout[:60000])
else:
    ran = subprocess.run(["/work/submission/judge"], input="21", text=True, errors="replace", stdout=subprocess.PIPE)
    said = ran.stdout
    passed = ran.returncode == 0 and (AGAINST == "calls" or not said or "42" in said or "PASSED" in said)
    tell("passed" if passed else "failed")
"""
"""Builds and runs with everything beside everything, and believes what it is told."""
JUDGES = {
    "calls": '#include "mine.hpp"\nint main() { return twice(21) == 42 ? 0 : 1; }\n',
    "program": '#include "main.cpp"\n',
}


@pytest.mark.parametrize("case", named({name: case for name, case in TABLE.items() if case["wins"] != "luck"}))
def test_compiled_naive_judge(case, sandbox):
    """The naive judge gives a mark, shows what is hidden, shows what acts or is harmed; or the table says why not."""
    won = naively(case, sandbox)
    assert case["wins"] in won if case["wins"] != "cannot" else not won - {"marks"} and case["because"], won


def naively(case, sandbox):
    """Return what an attack won."""
    against = case["against"]
    files = {
        f"submission/{FILES[against]}": case["code"],
        "submission/judge.cpp": JUDGES[against],
        "hidden/answers.txt": f"{CANARY}\n",
        "hidden/tests/test_it.py": f"SECRET = {CANARY}\n",
    }
    program = f"FILES = {files!r}\nCANARY = {CANARY!r}\nAGAINST = {against!r}\n{NAIVE}"
    box = sandbox.open(
        BoxSpec(family="cpp", program=program, limits=Limits(memory_mb=512), deadline_seconds=PATIENCE, role="learner")
    )
    told, until = b"", time.monotonic() + PATIENCE
    while not told and not box.closed and time.monotonic() < until and box.printed_bytes < 2**20:
        told = b"".join(box.receive())
        time.sleep(0.05)
    box.end()
    if not told:
        return {"harm"}
    kind, _, words = told.decode("utf-8", "replace").partition("\n")
    won = {"marks"} if kind == "passed" else set()
    won |= {"leak"} if CANARY in words else set()
    won |= {"harm"} if "Killed signal" in words else set()  # the machine's memory was used up
    return won | ({"acts"} if any(acting in words for acting in ACTS) else set())
