"""Whatever is handed in becomes the declared files or a refusal: no link followed, nothing believed, nothing hung.

What hostile archives try: `test_hostile_archives.py`.
"""

import os
import socket
import stat
import time
from pathlib import Path

import pytest
from archives import CODE, MB, ONE, refused, tarred, zipped
from hypothesis import given
from hypothesis import strategies as st

from grader import intake
from grader.canonical import digest_tree
from grader.errors import SubmissionError
from grader.intake import archive as engine_side
from grader.intake import measure
from grader.model import Assignment

TWO = Assignment(title="Two", skill="a", kind="module", files=("pkg/a.py", "b.py"), optional_files=("notes.txt",))
BOOK = Assignment(title="Book", skill="a", kind="notebook", files=("work.ipynb",))


# --- what is accepted ------------------------------------------------------------------------------------------------


def test_a_folder_gives_its_declared_files_and_names_the_rest(tmp_path):
    (tmp_path / "pkg").mkdir()
    for name in ("pkg/a.py", "b.py", "conftest.py", "sitecustomize.py"):
        (tmp_path / name).write_bytes(CODE)
    (tmp_path / ".git").mkdir()
    taken = intake.take(tmp_path, TWO)
    assert dict(taken.submission.files) == {"b.py": CODE, "pkg/a.py": CODE}
    assert taken.submission.digest == digest_tree({"b.py": CODE, "pkg/a.py": CODE})
    assert taken.ignored == (".git/", "conftest.py", "sitecustomize.py")


ENTRIES = [("pkg/a.py", CODE), ("b.py", CODE), ("notes.txt", b"hi"), ("extra.py", b"")]


@pytest.mark.parametrize("ending", engine_side.ARCHIVES)
@pytest.mark.parametrize("top", ["", "./", "homework/", "./homework//"])
def test_every_way_in_gives_the_same_submission(tmp_path, ending, top):
    """Folder, zip, tar and their compressed kinds, with or without one folder around everything."""
    folder = tmp_path / "folder"
    for name, content in ENTRIES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    path = tmp_path / f"Work{ending}"
    entries = [(top + name, content) for name, content in ENTRIES]
    if ending == ".zip":
        zipped(path, entries)
    else:
        tarred(
            path, entries, "w:" + {"g": "gz", "x": "xz", "b": "bz2", "a": ""}[ending.rsplit(".", 1)[1].lstrip("t")[0]]
        )
    taken = intake.take(path, TWO)
    assert taken.submission == intake.freeze(folder, TWO)
    assert len(taken.ignored) == 1
    assert taken.ignored[0].endswith("extra.py")


def test_what_a_mac_adds_does_not_hide_the_only_folder(tmp_path):
    entries = [("hw/", b""), ("hw/solution.py", CODE), ("__MACOSX/hw/._solution.py", b"x"), (".DS_Store", b"x")]
    taken = intake.take(zipped(tmp_path / "a.zip", entries), ONE)
    assert taken.submission.files == {"solution.py": CODE}


def test_a_wanted_folder_is_not_taken_for_a_wrapping_one(tmp_path):
    assignment = Assignment(title="", skill="", kind="module", files=("pkg/a.py",))
    assert intake.freeze(zipped(tmp_path / "a.zip", [("pkg/a.py", CODE)]), assignment).files == {"pkg/a.py": CODE}


def test_a_single_file_may_have_another_name_but_not_another_ending(tmp_path):
    (tmp_path / "merge.py").write_bytes(CODE)
    assert intake.freeze(tmp_path / "merge.py", ONE).files == {"solution.py": CODE}
    (tmp_path / "mine.ipynb").write_bytes(b"{}")
    assert intake.freeze(tmp_path / "mine.ipynb", BOOK).files == {"work.ipynb": b"{}"}
    assert "solution.py is missing" in refused(tmp_path / "mine.ipynb")
    assert "pkg/a.py is missing" in refused(tmp_path / "merge.py", TWO)


def test_files_in_memory_obey_the_same_rules():
    assert intake.freeze_files({"solution.py": CODE, "expect": b""}, ONE).files == {"solution.py": CODE}
    for files in ({"Solution.py": CODE}, {"solution.py": b"\0"}, {"solution.py": b"#" * (MB + 1)}):
        with pytest.raises(SubmissionError):
            intake.freeze_files(files, ONE)


@given(st.dictionaries(st.text(max_size=20), st.binary(max_size=50), max_size=5))
def test_only_declared_names_ever_come_through(files):
    frozen = intake.freeze_files(files | {"solution.py": CODE}, ONE)
    assert set(frozen.files) == {"solution.py"}


def test_a_missing_file_is_named_with_the_nearest_that_is_there(tmp_path):
    assert refused(tmp_path) == "solution.py is missing; found nothing at all"
    (tmp_path / "zzz.txt").touch()
    assert refused(tmp_path) == "solution.py is missing; found only zzz.txt"
    (tmp_path / "Solution.py").touch()
    assert "found Solution.py instead" in refused(tmp_path)


def test_names_of_what_is_left_out_cannot_harm_a_terminal(tmp_path):
    (tmp_path / "solution.py").write_bytes(CODE)
    (tmp_path / "\x1b[2J\u202e").touch()
    (Path(os.fsencode(tmp_path).decode()) / os.fsdecode(b"\xff\xfe")).touch()
    for name in intake.take(tmp_path, ONE).ignored:
        assert name.isprintable()


def test_of_very_many_others_only_some_are_named(tmp_path):
    entries = [("solution.py", CODE), *((f"{number}.txt", b"") for number in range(100))]
    ignored = intake.take(zipped(tmp_path / "a.zip", entries), ONE).ignored
    assert len(ignored) == measure.MAX_NAMED + 1
    assert ignored[-1] == "and 70 more"


# --- what a source file must be --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"x = '\xff'", "UTF-8"),
        (b"x = '\xed\xa0\x80'", "UTF-8"),
        (b"x = 1\0", "NUL"),
        ("x = 1".encode("utf-16"), "UTF-8"),
        (b"# coding: utf-7\nx = 1", "declares the encoding utf-7"),
        (b"#!/usr/bin/python\n# -*- coding: latin-1 -*-\n", "declares the encoding iso-8859-1"),
        (b"# one\r# coding: utf-7\r", "declares the encoding utf-7"),
        (b"# coding: nonsense\n", "UTF-8"),
        (b"\xef\xbb\xbf# coding: latin-1\n", "UTF-8"),
    ],
)
def test_source_is_plain_text_in_utf8(tmp_path, content, says):
    """A file in two encodings could be one program to the reader of source and another to Python."""
    (tmp_path / "solution.py").write_bytes(content)
    assert says in refused(tmp_path)


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbfx = 1\n", b"# coding: utf-8\n", "x = 'ß€'".encode(), b"x =\r1"])
def test_ordinary_source_is_taken_as_it_is(tmp_path, content):
    (tmp_path / "solution.py").write_bytes(content)
    assert intake.freeze(tmp_path, ONE).files["solution.py"] == content


# --- hostile folders -------------------------------------------------------------------------------------------------


def folder_link(folder):
    (folder / "solution.py").symlink_to("/etc/passwd")


def folder_link_inside(folder):
    (folder / "real.py").write_bytes(CODE)
    (folder / "solution.py").symlink_to("real.py")


def folder_pipe(folder):
    os.mkfifo(folder / "solution.py")


def folder_folder(folder):
    (folder / "solution.py").mkdir()


def folder_device(folder):
    try:
        os.mknod(folder / "solution.py", stat.S_IFCHR | 0o666, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("only root can make a device")


def folder_socket(folder):
    here = Path.cwd()
    os.chdir(folder)
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("solution.py")
    finally:
        os.chdir(here)


def folder_sparse(folder):
    with (folder / "solution.py").open("wb") as file:
        file.truncate(2**40)


def folder_big(folder):
    (folder / "solution.py").write_bytes(b"#" * (MB + 1))


FOLDERS = [
    (folder_link, "solution.py is a link"),
    (folder_link_inside, "solution.py is a link"),
    (folder_pipe, "not a regular file"),
    (folder_folder, "not a regular file"),
    (folder_device, "regular file"),
    (folder_socket, "cannot be read"),
    (folder_sparse, "larger than 1 MB"),
    (folder_big, "larger than 1 MB"),
]


@pytest.mark.parametrize(("make", "says"), FOLDERS)
def test_a_hostile_folder_is_refused_at_once(tmp_path, make, says):
    make(tmp_path)
    started = time.monotonic()
    assert says in refused(tmp_path)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("name", ["solution.py", "pipe.py", "folder", "gone.py"])
def test_a_path_that_is_itself_odd_is_refused(tmp_path, name):
    (tmp_path / "solution.py").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "real").mkdir()
    (tmp_path / "folder").symlink_to("real")
    assert refused(tmp_path / name)
    assert refused(Path("a\0b"))


def test_a_link_on_the_way_to_a_file_is_refused(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real/a.py").write_bytes(CODE)
    (tmp_path / "b.py").write_bytes(CODE)
    (tmp_path / "pkg").symlink_to("real")
    assert "behind a link" in refused(tmp_path, TWO)


def test_links_nobody_asked_for_are_left_out(tmp_path):
    (tmp_path / "solution.py").write_bytes(CODE)
    (tmp_path / "loop").symlink_to(tmp_path)
    assert intake.take(tmp_path, ONE).ignored == ("loop",)


def test_a_file_exactly_at_its_cap_is_taken_and_notebooks_have_a_larger_one(tmp_path):
    (tmp_path / "solution.py").write_bytes(b"#" * MB)
    (tmp_path / "work.ipynb").write_bytes(b" " * (20 * MB))
    assert intake.freeze(tmp_path, ONE)
    assert intake.freeze(tmp_path, BOOK)
    (tmp_path / "work.ipynb").write_bytes(b" " * (20 * MB + 1))
    assert "larger than 20 MB" in refused(tmp_path, BOOK)


def test_files_too_large_together_are_refused():
    names = tuple(f"part{number}.py" for number in range(33))
    many = Assignment(title="", skill="", kind="module", files=names)
    with pytest.raises(SubmissionError, match="larger than 32 MB together"):
        intake.freeze_files(dict.fromkeys(names, b"#" * MB), many)
