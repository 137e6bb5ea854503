"""Whatever is broken, a pack, a rubric, an archive or a notebook, is refused in words, and nothing is left behind.

Each case stands in a folder of its own: what is given, a working directory, a folder for temporary files, and a folder
beside them that holds something precious. Afterwards all of it is as it was, to the moment of each file's last change.
"""

from __future__ import annotations

import bz2
import gzip
import hashlib
import json
import lzma
import os
import re
import shutil
import sqlite3
import stat
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import broken_packs
import broken_uploads
import pytest
from command import grader
from nbformat.validator import get_validator

from grader import cli, intake
from grader.model import Assignment
from grader.settings import resource

PACKS, RUBRICS, ARCHIVES, NOTEBOOKS = (
    broken_packs.packs(),
    broken_packs.rubrics(),
    broken_uploads.archives(),
    broken_uploads.notebooks(),
)
ONE = Assignment(title="One", skill="a", kind="module", files=("solution.py",))
CLASS_NAME = re.compile(r"\b[A-Z]\w*(Error|Exception|Warning)\b|\w+\.py\", line|Traceback|fault")


@dataclass(frozen=True)
class Ground:
    """Where a case stands; what is in `given`, `cwd`, `temp` and `beside` must stay as it is."""

    root: Path

    @property
    def given(self) -> Path:
        return self.root / "given"

    def look(self) -> dict[str, tuple[int, int, int, str]]:
        """Return mode, size, last change and digest of all there is, links as themselves."""
        found = {}
        for folder, folders, files in os.walk(self.root):
            for name in [*folders, *files]:
                path = Path(folder, name)
                about = path.lstat()
                content = path.read_bytes() if stat.S_ISREG(about.st_mode) else b""
                digest = hashlib.sha256(content).hexdigest()
                found[str(path)] = about.st_mode, about.st_size, about.st_mtime_ns, digest
        return found


@pytest.fixture
def ground(tmp_path, monkeypatch):
    """A place for one case, and this process in it."""
    for name in ("given", "cwd", "temp", "beside"):
        (tmp_path / name).mkdir()
    (tmp_path / "beside" / "precious").write_text("precious\n")
    monkeypatch.chdir(tmp_path / "cwd")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temp"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temp"))
    return Ground(tmp_path)


@pytest.fixture(scope="session")
def tried(tmp_path_factory):
    """A data folder that the sandbox is tried for once."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def home(tried):
    """The same for each case; what one leaves there is not held against the next."""
    yield tried
    for path in tried.iterdir():
        if path.name != "probed":
            shutil.rmtree(path) if path.is_dir() else path.unlink()


@pytest.fixture
def call(home, monkeypatch, capfd):
    """Run `grader` in this process, through the door that turns errors into sentences and exit codes."""

    def run(*words: object) -> tuple[object, str, str]:
        monkeypatch.setenv("GRADER_HOME", str(home))
        monkeypatch.setenv("COLUMNS", "120")
        monkeypatch.setattr(sys, "argv", ["grader", *map(str, words)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code, *capfd.readouterr()

    return run


def is_for_a_person(said: str, *names: str) -> bool:
    """Whether a message names what it is about, and holds nothing that steers a terminal or that only we understand."""
    seen = said.replace("\n", "")
    return any(name in said for name in names) and seen.isprintable() and not CLASS_NAME.search(said)


def nothing_kept(home: Path) -> bool:
    """Whether the data folder knows of no submission; that the sandbox was tried may be kept."""
    return {path.name for path in home.iterdir()} <= {"probed"}


def set_out(ground: Ground, slug: str, *, rubric: bytes | None = None, breaks: broken_packs.Break | None = None) -> str:
    """Lay a pack out as in this repository, and break it. Returns what it is called then."""
    folder, sheet = (
        ground.given / "assignments" / broken_packs.SLUG,
        ground.given / "rubrics" / f"{broken_packs.SLUG}.toml",
    )
    pack = resource("assignments") / slug
    shutil.copytree(
        pack, folder, ignore=lambda _, names: [name for name in names if name.startswith(("wrong", "cheat"))]
    )
    sheet.parent.mkdir()
    sheet.write_bytes(broken_packs.RUBRIC_OF[slug].encode() if rubric is None else rubric)
    if breaks is not None:
        breaks(folder, sheet)
    (ground.given / "uploads").mkdir()
    (ground.given / "uploads" / "ada.py").write_bytes(broken_uploads.CODE)
    [place] = (ground.given / "assignments").iterdir()
    return place.name


def refuses_the_pack(ground: Ground, home: Path, call: Callable[..., tuple[object, str, str]], slug: str) -> None:
    """Have a batch graded, which reads the pack before anything else, and look at what is said and left."""
    before = ground.look()
    code, out, said = call("batch", slug, ground.given / "uploads", "--assignments", ground.given / "assignments")
    assert code == 4, said
    assert out == ""
    assert is_for_a_person(said, str(ground.given)), said
    assert ground.look() == before
    assert nothing_kept(home)


def test_there_are_two_hundred_of_them_and_no_two_alike():
    """At least fifty of each kind; an archive or notebook is counted by its bytes."""
    kinds = [list(PACKS), list(RUBRICS.values()), list(ARCHIVES.values()), list(NOTEBOOKS.values())]
    counts, alike = [len(kind) for kind in kinds], [len(kind) - len(set(kind)) for kind in kinds]
    assert min(counts) >= 50
    assert sum(counts) >= 200
    assert alike == [0, 0, 0, 0]


@pytest.mark.parametrize("slug", broken_packs.RUBRIC_OF)
def test_control_the_packs_and_rubrics_they_were_made_from_are_right(slug, ground, call):
    """What is refused is refused for its one change."""
    name = set_out(ground, slug)
    assert call("show", name, "--assignments", ground.given / "assignments")[0] in (0, None)


def test_control_the_archives_they_were_made_from_are_right(tmp_path):
    """Each way of packing that is broken below is one that is taken."""
    whole = broken_uploads.tarred()
    right = {"a.zip": broken_uploads.zipped(), "a.tar": whole}
    right |= {"a.tar.gz": gzip.compress(whole), "a.tar.xz": lzma.compress(whole), "a.tar.bz2": bz2.compress(whole)}
    for name, content in right.items():
        (tmp_path / name).write_bytes(content)
        assert intake.freeze(tmp_path / name, ONE).files == {"solution.py": broken_uploads.CODE}


def test_control_no_notebook_below_is_one():
    """Each is not JSON, or not what the format's own schema asks for; or it holds half a pair, which is no text."""
    assert is_a_notebook(broken_uploads.NOTEBOOK)
    assert [name for name, content in NOTEBOOKS.items() if is_a_notebook(content)] == []


def is_a_notebook(content: bytes) -> bool:
    """Whether the format's own schema says so, and all of it is text."""
    try:
        whole = json.loads(content.decode())
        json.dumps(whole, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return False
    return next(iter(get_validator(4, 5).iter_errors(whole)), None) is None


@pytest.mark.parametrize("name", PACKS)
def test_a_broken_pack_is_refused_with_exit_code_4(name, ground, home, call):
    """The message names the file, and the key where there is one."""
    refuses_the_pack(ground, home, call, set_out(ground, "sorting-searching", breaks=PACKS[name]))


@pytest.mark.parametrize("name", RUBRICS)
def test_a_broken_rubric_is_refused_with_exit_code_4(name, ground, home, call):
    """The message names the file, and the key where there is one."""
    slug, content = RUBRICS[name]
    refuses_the_pack(ground, home, call, set_out(ground, slug, rubric=content))


@pytest.mark.docker
@pytest.mark.parametrize("name", ARCHIVES)
def test_a_broken_archive_is_refused_with_exit_code_3(name, ground, home, call):
    """Nothing of it is unpacked anywhere, least of all where it says."""
    file, content = ARCHIVES[name]
    (ground.given / file).write_bytes(content)
    before = ground.look()
    code, out, said = call("submit", "sorting-searching", ground.given / file)
    assert code == 3, said
    assert out == ""
    assert is_for_a_person(said, "archive", "solution.py"), said
    assert ground.look() == before
    assert nothing_kept(home)


@pytest.mark.docker
@pytest.mark.parametrize("part", range(2))
def test_broken_notebooks_are_refused_with_exit_code_3_and_stop_no_batch(part, ground, home):
    """They are read behind the wall, one after the other; a right one among them has all its points.

    An upload is kept before anybody looks into it, so an attempt is there: not graded, and so not used up.
    """
    names = list(NOTEBOOKS)[part::2]
    for at, name in enumerate(names):
        (ground.given / f"{at:02}.ipynb").write_bytes(NOTEBOOKS[name])
    (ground.given / "10-right.ipynb").write_bytes(broken_uploads.NOTEBOOK)
    before = ground.look()
    done = grader("batch", "orders-cleaning", ground.given, "--json", home=home)
    assert done.returncode == 3, done.stderr
    rows = {row["upload"]: row for row in json.loads(done.stdout)}
    right = rows.pop("10-right.ipynb")
    assert (right["result"], right["points"]) == ("passed", right["of"])
    told = {name: rows[f"{at:02}.ipynb"] for at, name in enumerate(names)}
    clear = {
        name: row["result"] == "refused" and is_for_a_person(row["said"], "notebook") for name, row in told.items()
    }
    wrong = [f"{name}: {told[name]['result']}: {told[name]['said']}" for name in names if not clear[name]]
    assert not wrong, "\n".join(wrong)
    assert not CLASS_NAME.search(done.stderr)
    assert ground.look() == before
    with closing(sqlite3.connect(home / "store.sqlite")) as store:
        used_up = store.execute("select learner from attempts where state <> 'not_graded'").fetchall()
        reports = store.execute("select count(*) from reports").fetchall()
    assert (used_up, reports) == ([("10-right",)], [(1,)])


@pytest.mark.docker
@pytest.mark.parametrize("command", ["show", "start", "check", "submit"])
@pytest.mark.parametrize(
    ("breaks", "says"),
    [
        (PACKS["title is a date"], "assignment.toml:1: title"),
        (lambda _, rubric: rubric.write_bytes(RUBRICS["needs in a wide circle"][1]), "checks.own-work.needs[0]"),
    ],
    ids=["pack", "rubric"],
)
def test_a_process_of_its_own_ends_the_same_way_for_a_pack(command, breaks, says, ground, home):
    """Whatever is asked of a broken pack: the pack is read first, and no folder is made."""
    slug = set_out(ground, "sorting-searching", breaks=breaks)
    more = {"start": [ground.root / "cwd" / "work"], "submit": [ground.given / "uploads" / "ada.py"]}
    before = ground.look()
    done = grader(command, slug, *more.get(command, []), "--assignments", ground.given / "assignments", home=home)
    assert (done.returncode, done.stdout) == (4, "")
    assert is_for_a_person(done.stderr, says), done.stderr
    assert ground.look() == before
    assert nothing_kept(home)


@pytest.mark.docker
@pytest.mark.parametrize("name", ["zip with ../../beside/solution.py", "tar with a file of four terabytes", "zip bomb"])
def test_a_process_of_its_own_ends_the_same_way_for_an_archive(name, ground, home):
    """As in this process."""
    file, content = ARCHIVES[name]
    (ground.given / file).write_bytes(content)
    before = ground.look()
    done = grader("submit", "sorting-searching", ground.given / file, home=home)
    assert (done.returncode, done.stdout) == (3, "")
    assert is_for_a_person(done.stderr, "archive", "solution.py"), done.stderr
    assert ground.look() == before
    assert nothing_kept(home)
