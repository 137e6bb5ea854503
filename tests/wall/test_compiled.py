"""C++ and Java without a daemon: built once, run and called; what the wire to an adapter refuses; what is no build.

The boxes are plain forks (`forked_sandbox`) and the compilers are this machine's. On real boxes the packs' own examples
and `tests/attacks/compiled.toml` show the same.
"""

from __future__ import annotations

import io
import os
import shutil
import struct
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from forked_sandbox import ForkedSandbox
from hypothesis import given, settings
from hypothesis import strategies as some
from rich.console import Console

from grader import catalog, model
from grader.canonical import digest_tree
from grader.checks.tests import COMPILER, MOST_OF_THE_COMPILER, compiler_words
from grader.errors import AuthorError
from grader.keys import PUBLISHED_SECRET
from grader.model import Assignment, Build, Criterion, JudgingLimits, Limits, Pack, Rubric, Submission
from grader.render import html, sample, terminal
from grader.story.grading import grade
from sandbox.runner import build, calls
from sandbox.runner.caps import BadValue

ROOT = Path(__file__).resolve().parents[2]
needs_cpp = pytest.mark.skipif(not Path("/usr/bin/g++").exists(), reason="there is no g++ here")
needs_java = pytest.mark.skipif(not Path("/usr/bin/javac").exists(), reason="there is no JDK here")

DRIVER = """
#include <grader.hpp>
#include "mine.hpp"
int main() { return grader::serve({
    {"twice", grader::function(twice)}, {"throws", grader::function(throws)}, {"count", grader::function(count)},
    {"crash", grader::function(crash)}, {"end", grader::function(end)}}); }
"""
MINE = """
#pragma once
#include <cstdlib>
#include <stdexcept>
#include <vector>
inline std::vector<double> twice(std::vector<double> xs) { for (auto& x : xs) x *= 2; return xs; }
inline int throws(int n) { if (n) throw std::out_of_range("far"); throw std::invalid_argument("odd"); }
inline int count() { static int n = 0; return ++n; }
inline int crash() { std::abort(); }
inline int end() { std::_Exit(0); }
"""
CALLS = """
import pytest
def test_calls(submission):
    assert submission.twice([1, 2.5]) == [2.0, 5.0]
def test_raises(submission):
    with pytest.raises(IndexError):
        submission.throws(1)
    with pytest.raises(ValueError):
        submission.throws(0)
def test_wrong_argument(submission):
    with pytest.raises(TypeError):
        submission.twice("text")
def test_uncaught(submission):
    submission.throws(1)
def test_keeps_state(submission):
    assert [submission.count(), submission.count()] == [1, 2]
def test_state_is_a_test_s_own(submission):
    assert submission.count() == 1
def test_crashes(submission):
    with pytest.raises(Exception):
        submission.crash()
def test_ends(submission):
    with pytest.raises(BaseException):
        submission.end()
def test_unknown(submission):
    with pytest.raises(AttributeError):
        submission.nothing()
"""
ECHO = """
#include <csignal>
#include <iostream>
#include <iterator>
#include <string>
int main(int count, char** args) {
  std::string all((std::istreambuf_iterator<char>(std::cin)), {});
  if (all == "die") std::raise(SIGSEGV);
  for (int at = 1; at < count; ++at) std::cout << args[at] << ",";
  std::cout << all;
  return count;
}
"""
RUNS = """
import pytest
def test_runs(program):
    run = program.run("in", args=["a b", "é"])
    assert (run.text, run.code) == ("a b,é,in", 3)
def test_takes_much(program):
    text = b"\\x00\\xff" * 500_000
    run = program.run(text)
    assert run.stdout == text
def test_dies(program):
    with pytest.raises(BaseException):
        program.run(b"die")
"""


@pytest.fixture(scope="module")
def sandbox():
    opened = ForkedSandbox()
    yield opened
    opened.close()


def pack(kind, files, tests, data=None, **check):
    return Pack(
        slug="compiled",
        assignment=Assignment(
            title="Compiled", skill="x", kind=kind, files=tuple(files), family=kind, build=Build(heap_mb=64),
            limits=Limits(cpu_seconds=20.0, output_kb=4096), judging=JudgingLimits(),
        ),
        rubric=Rubric(
            points=Fraction(1),
            pass_mark=Fraction(1),
            criteria=(Criterion(id="c", title="C", points=Fraction(1), checks=("t",)),),
            checks={"t": model.Tests(kind="tests", files=("test_it.py",), **check)},
        ),
        brief="",
        starter={},
        data={name: text.encode() for name, text in (data or {}).items()},
        hidden={"tests/test_it.py": tests.encode()},
        digest="sha256:pack",
        rubric_digest="sha256:rubric",
    )  # fmt: skip


def graded(sandbox, judged, files):
    """Return the verdict, and the outcomes by the test's name."""
    content = {name: text.encode() for name, text in files.items()}
    submission = Submission(files=content, digest=digest_tree(content))
    given = grade(judged, submission, sandbox=sandbox, secret=PUBLISHED_SECRET, progress=lambda _check: None)
    verdict = given.examined["t"].verdict
    words = {item.id.rpartition("::test_")[2]: f"{item.outcome} {item.raised}".strip() for item in verdict.items}
    return verdict, words


@needs_cpp
def test_functions_of_a_driver_are_called(sandbox):
    """Values cross, exceptions cross as the builtin they are most like, and a process that ends is CRASHED for good."""
    opened = sandbox.opened["learner"]
    judged = pack("cpp", ["mine.hpp"], CALLS, {"driver.cpp": DRIVER})
    _, words = graded(sandbox, judged, {"mine.hpp": MINE})
    assert words == {
        "calls": "PASSED", "raises": "PASSED", "wrong_argument": "PASSED", "uncaught": "RAISED IndexError",
        "keeps_state": "PASSED", "state_is_a_test_s_own": "PASSED", "crashes": "CRASHED", "ends": "CRASHED",
        "unknown": "PASSED",
    }  # fmt: skip
    assert sandbox.opened["learner"] - opened == 2, "one box to build in, and one for all tests"


@needs_cpp
def test_a_program_is_run(sandbox):
    """Input, arguments, output and exit code; a signal is CRASHED, whatever the test catches."""
    _, words = graded(sandbox, pack("cpp", ["main.cpp"], RUNS), {"main.cpp": ECHO})
    assert words == {"runs": "PASSED", "takes_much": "PASSED", "dies": "CRASHED"}


@needs_cpp
def test_what_does_not_compile_is_said(sandbox):
    """Each test is DID_NOT_COMPILE, built once, and the note has the learner's own line; else there is no note."""
    opened = sandbox.opened["learner"]
    verdict, words = graded(sandbox, pack("cpp", ["main.cpp"], RUNS), {"main.cpp": "int main() { return missing; }\n"})
    assert set(words.values()) == {"DID_NOT_COMPILE"}
    assert verdict.notes[0].startswith(f"{COMPILER}\nmain.cpp: In function 'int main()':")
    assert "'missing' was not declared" in verdict.notes[0]
    assert sandbox.opened["learner"] - opened == 1
    verdict, _ = graded(sandbox, pack("cpp", ["main.cpp"], RUNS), {"main.cpp": ECHO})
    assert verdict.notes == ()


LEFT_OPEN = """
#include <iostream>
#include <unistd.h>
int main() {
  std::cout << "done" << std::flush;
  if (fork() == 0) { setsid(); sleep(600); }
  return 0;
}
"""


@needs_cpp
def test_a_child_that_holds_the_output_keeps_nobody_waiting(sandbox):
    """A run ends with its process, whoever else has its output open."""
    tests = 'def test_ends(program):\n    assert program.run().text == "done"\n'
    _, words = graded(sandbox, pack("cpp", ["main.cpp"], tests), {"main.cpp": LEFT_OPEN})
    assert words == {"ends": "PASSED"}


@needs_cpp
def test_too_much_output_is_over_the_limit(sandbox):
    """What a program prints is counted from outside, as all that a box prints."""
    bomb = '#include <iostream>\nint main() { for (;;) std::cout << "bomb bomb bomb bomb"; }\n'
    tests = "def test_prints(program):\n    program.run()\n"
    _, words = graded(sandbox, pack("cpp", ["main.cpp"], tests), {"main.cpp": bomb})
    assert words == {"prints": "OVER_LIMIT(output)"}


@needs_cpp
def test_the_sanitized_build_sees_what_the_plain_one_does_not(sandbox):
    """A read past the end is PASSED in one build and CRASHED in the other."""
    past = (
        "#pragma once\n#include <vector>\ninline int past(std::vector<int> xs, int at) { return xs.data()[at], 1; }\n"
    )
    past = past.replace("return xs.data()[at], 1;", "volatile int seen = xs.data()[at]; (void)seen; return 1;")
    driver = '#include <grader.hpp>\n#include "past.hpp"\n'
    driver += 'int main() { return grader::serve({{"past", grader::function(past)}}); }\n'
    tests = "def test_reads(submission):\n    assert submission.past([1, 2, 3], 3) == 1\n"
    for way, expected in (("plain", "PASSED"), ("sanitized", "CRASHED")):
        judged = pack("cpp", ["past.hpp"], tests, {"driver.cpp": driver}, build=way)
        _, words = graded(sandbox, judged, {"past.hpp": past})
        assert words == {"reads": expected}


JAVA = """
import java.util.*;
public class Mine {
  private final List<Object> kept = new ArrayList<>();
  public Mine(int capacity) { if (capacity < 1) throw new IllegalArgumentException("none"); }
  public int keep(Object value) { kept.add(value); return kept.size(); }
  public List<Object> kept() { return kept; }
  public static double sum(double[] xs) { double all = 0; for (double x : xs) all += x; return all; }
  public static Object odd() { return new Object(); }
  public static void end() { System.exit(0); }
  public static void main(String[] args) { System.out.print(args.length); }
}
"""
OBJECTS = """
import pytest
def test_objects(submission):
    one, other = submission.Mine(1), submission.Mine(2)
    assert [one.keep("a"), one.keep(2), one.keep(None), other.keep(1.5)] == [1, 2, 3, 1]
    assert one.kept() == ["a", 2, None]
    assert other.kept() == [1.5]
def test_static(submission):
    assert submission.Mine.sum([1, 2.5]) == 3.5
def test_raises(submission):
    with pytest.raises(ValueError):
        submission.Mine(0)
    with pytest.raises(AttributeError):
        submission.Nothing()
    with pytest.raises(AttributeError):
        submission.Mine(1).nothing()
    with pytest.raises(TypeError):
        submission.Mine("text")
def test_odd(submission):
    assert submission.Mine.odd() == 1
def test_ends(submission):
    submission.Mine.end()
def test_runs(program):
    assert program.run(args=["a", "b"]).text == "2"
"""


@needs_java
def test_java_objects_stay_in_the_program(sandbox):
    """Objects are handles, static methods and main are reached, exceptions cross."""
    judged = pack("java", ["Mine.java"], OBJECTS)
    object.__setattr__(judged.assignment, "build", Build(main="Mine", heap_mb=64))
    _, words = graded(sandbox, judged, {"Mine.java": JAVA})
    assert words == {
        "objects": "PASSED", "static": "PASSED", "raises": "PASSED", "odd": "FAILED", "ends": "CRASHED",
        "runs": "PASSED",
    }  # fmt: skip


@needs_java
def test_java_that_does_not_compile_is_said(sandbox):
    """The compiler's words name the learner's file and line."""
    verdict, words = graded(sandbox, pack("java", ["Mine.java"], OBJECTS), {"Mine.java": "class Mine { int x = y; }"})
    assert set(words.values()) == {"DID_NOT_COMPILE"}
    assert "Mine.java:1: error: cannot find symbol" in verdict.notes[0]


def test_learners_read_what_the_compiler_said():
    """The note keeps its lines, on the page and in the terminal, and nothing in it is markup."""
    note = f"{COMPILER}\nmain.cpp:1:2: error: <b>\n    1 | int x = y;"
    learners, authors = sample.learner_report(), sample.author_report()
    (first, *others), (verdict, *verdicts) = learners.criteria, authors.verdicts
    checks = (replace(first.checks[0], outcome="DID_NOT_COMPILE", notes=(note,)), *first.checks[1:])
    learners = replace(learners, criteria=(replace(first, checks=checks), *others))
    authors = replace(authors, verdicts=(replace(verdict, notes=(note,)), *verdicts))
    for page in (html.learner_page(learners), html.author_page(authors)):
        assert f'<pre class="note" dir="auto">{note.replace("<b>", "&lt;b&gt;")}</pre>' in page
    written = io.StringIO()
    terminal.learner_summary(learners, Console(file=written, width=100))
    assert "main.cpp:1:2: error: <b>\n" in written.getvalue()


# --- the parts, by themselves -----------------------------------------------------------------------------------------


def test_words_of_a_compiler_are_cut_and_made_plain():
    """No control character and no half of a pair crosses, and what is cut ends with a line."""
    assert compiler_words({}) == compiler_words({"compiler": " \n"}) == ()
    assert compiler_words({"compiler": "a\x1b[31m\ud800b"}) == (f"{COMPILER}\na?[31m?b",)
    (note,) = compiler_words({"compiler": "line of words\n" * 1000})
    assert note.endswith("\nline of words\n...")
    assert len(note) < MOST_OF_THE_COMPILER + 100


@pytest.mark.parametrize("odd", ["link", "device", "pipe"])
def test_only_plain_files_are_a_build(tmp_path, odd):
    """A link, whatever it leads to, a device or a pipe in what was built is a bad reply."""
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "A.class").write_bytes(b"1")
    assert build.collect(tmp_path) == {"inner/A.class": b"1"}
    if odd == "link":
        (tmp_path / "program").symlink_to("/etc/passwd")
    elif odd == "pipe":
        os.mkfifo(tmp_path / "program")
    else:
        (tmp_path / "program").symlink_to("/dev/zero")
    with pytest.raises(BadValue):
        build.collect(tmp_path)


def test_command_lines_are_ours():
    """No name of a file becomes an option, and the two builds differ by the sanitizers."""
    options = {"standard": "c++20", "sanitized": False, "memory_mb": 512}
    plain = build.cpp(["a.cpp", "a.hpp", "data/driver.cpp"], options)
    watched = build.cpp(["a.cpp"], options | {"sanitized": True})
    assert [part for part in plain if part.endswith("pp") and not part.startswith("-")] == ["a.cpp", "data/driver.cpp"]
    assert "-fsanitize=address,undefined" in watched
    assert "-fsanitize=address,undefined" not in plain
    assert "-proc:none" in build.java(["A.java"], options)


class _NoProgram:
    """Stands for the process behind the wire: the pipes are the test's own."""


def conversation(reply: bytes):
    """Return calls whose next reply is `reply`, as the bytes of a process that is there."""
    asked = calls.Calls(_NoProgram())
    reading, writing = os.pipe()
    os.write(writing, reply)
    os.close(writing)
    nothing = os.open(os.devnull, os.O_WRONLY)
    asked._process, asked._reading, asked._writing = 1, reading, nothing
    return asked


def replied(body: bytes, number: int = 1) -> bytes:
    return struct.pack("<IQ", len(body) + 8, number) + body


@pytest.mark.parametrize(
    "reply",
    [
        replied(b"vt", number=2),
        replied(b""),
        replied(b"q"),
        replied(b"v"),
        replied(b"vtt"),
        replied(b"vz"),
        replied(b"vl\xff\xff\xff\xff"),
        replied(b"vI\xff\xff\xff\x00"),
        replied(b"vs\x09\x00\x00\x00abc"),
        replied(b"v" + b"l\x01\x00\x00\x00" * 100 + b"n"),
        replied(b"xt"),
        replied(b"x" + calls._text("SystemExit") + calls._text("a") + calls._text("b")),
        struct.pack("<IQ", 2**32 - 1, 1),
    ],
)
def test_a_reply_that_no_adapter_writes_is_refused(reply):
    """Another number, another letter, lengths that lie, depth, an exception that is none."""
    with pytest.raises(BadValue):
        conversation(reply).ask(calls._text("f"), [])


VALUES = some.recursive(
    some.none()
    | some.booleans()
    | some.integers(-(2**63), 2**63 - 1)
    | some.floats(allow_nan=False)
    | some.text(some.characters(exclude_categories=["Cs"]))
    | some.binary(),
    some.lists,
    max_leaves=20,
)


@settings(max_examples=60, deadline=None)
@given(VALUES)
def test_a_value_comes_back_as_it_went(value):
    """What is written for a program, and read back, is equal and of the same type."""
    asked = conversation(replied(b"v" + calls._written(calls.Calls(_NoProgram()), value, 0)))
    given_back = asked.ask(calls._text("f"), [])
    assert given_back == value
    assert repr(given_back) == repr(value)


def test_what_cannot_cross_to_a_program_is_a_type_error():
    """A dict, a large whole number and a function are refused with a sentence."""
    for value in ({}, 2**63, print, [[{}]]):
        with pytest.raises(TypeError, match="cannot cross to a program"):
            conversation(b"").ask(calls._text("f"), [value])


def test_an_example_of_each_language_is_a_pack():
    """The shipped packs of both kinds load; so the rules let through what is right."""
    for slug in ("cpp-edge-gemm", "java-lru-service"):
        assert catalog.load(slug, [ROOT / "assignments"]).assignment.kind == slug.partition("-")[0]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ('family = "cpp"', 'family: found "python-core", which has no compiler; expected "cpp"'),
        ('files = ["gemm.hpp"]', 'files: found no .cpp or .hpp or .h file; expected one for kind "cpp"'),
        ('standard = "c++17"', "build.standard"),
    ],
)
def test_an_assignment_that_cannot_be_built_is_refused(tmp_path, changed, said):
    """A family without a compiler, files without a source, a standard there is not: each with its key."""
    shutil.copytree(ROOT / "assignments" / "cpp-edge-gemm", tmp_path / "assignments" / "cpp-edge-gemm")
    (tmp_path / "rubrics").mkdir()
    shutil.copy(ROOT / "rubrics" / "cpp-edge-gemm.toml", tmp_path / "rubrics")
    written = tmp_path / "assignments" / "cpp-edge-gemm" / "assignment.toml"
    other = {"family": 'family = "python-core"', "files": 'files = ["gemm.txt"]', "standard": 'standard = "c++11"'}
    text = written.read_text(encoding="utf-8")
    written.write_text(text.replace(changed, other[changed.partition(" ")[0]]), encoding="utf-8")
    with pytest.raises(AuthorError) as refused:
        catalog.load("cpp-edge-gemm", [tmp_path / "assignments"])
    assert said in str(refused.value)
