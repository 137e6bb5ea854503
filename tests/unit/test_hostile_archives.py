"""An archive is parsed in a child that may die: it gives the declared files or a refusal, and is not believed."""

import gzip
import io
import stat
import struct
import subprocess
import sys
import tarfile
import time
import zipfile
from pathlib import Path

import pytest
from archives import CODE, MB, ONE, refused, tar_entry, tarred, zip_entry, zipped
from hypothesis import given
from hypothesis import strategies as st

from grader import intake
from grader.errors import EngineError, SubmissionError
from grader.intake import archive as engine_side
from grader.intake import unpack_child


def patched(path, old, new, count=-1):
    """Change bytes of an archive as a liar would."""
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, count))
    return path


def lying_size(path, *, declared, real):
    """A zip whose headers declare another size than its content has."""
    zipped(path, [("solution.py", b"#" * real)])
    return patched(path, struct.pack("<L", real), struct.pack("<L", declared))


def zip_encrypted(path):
    zipped(path, [("solution.py", CODE)])
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    return path


def zip_flat_bomb(path):
    """A declared file of 128 MB of zeros, a thousandth of that as it comes."""
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file,
        file.open("solution.py", "w") as inside,
    ):
        for _ in range(32):
            inside.write(bytes(4 * MB))
    return path


def zip_twice(path):
    with pytest.warns(UserWarning, match="Duplicate"):
        return zipped(path, [("solution.py", CODE), ("solution.py", b"x = 2\n")])


def zip_truncated(path):
    path.write_bytes(zipped(path, [("solution.py", CODE)]).read_bytes()[:-30])
    return path


def zip_other_local_name(path):
    return patched(zipped(path, [("solution.py", CODE)]), b"solution.py", b"evil-two.py", 1)


def zip_wrong_content(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as file:
        file.writestr("solution.py", CODE)
    return patched(path, CODE, CODE.replace(b"1", b"2"))


def zip_nul_name(path):
    return patched(zipped(path, [("solution.pyXevil", CODE)]), b"solution.pyX", b"solution.py\0")


def tar_truncated(path, keep):
    content = tarred(path, [("solution.py", CODE), ("notes.txt", b"x" * 5000)]).read_bytes()
    path.write_bytes(content[:keep])
    return path


def tar_damaged_later(path):
    """A header that is damaged after the file that is wanted: tarfile would end there without a word."""
    content = bytearray(tarred(path, [("solution.py", CODE), ("notes.txt", b"x")]).read_bytes())
    content[1024 + 150] ^= 0xFF
    path.write_bytes(content)
    return path


def tar_sparse(path):
    return tarred(path, [(tar_entry("solution.py", tarfile.GNUTYPE_SPARSE), CODE)])


def tar_bomb(path):
    with tarfile.open(path, "w:gz", compresslevel=1) as file:
        for name, size in (("zeros", 300 * MB), ("solution.py", 0)):
            info = tarfile.TarInfo(name)
            info.size = size
            with Path("/dev/zero").open("rb") as zeros:
                file.addfile(info, zeros)
    return path


def tar_lying_header(path):
    """A header that declares 8 TB."""
    info = tarfile.TarInfo("solution.py")
    info.size = 2**43
    path.write_bytes(info.tobuf(tarfile.GNU_FORMAT) + bytes(10240))
    return path


def tar_huge_pax(path):
    """An extended header that declares 2 GB, which tarfile would read whole."""
    info = tarfile.TarInfo("pax")
    info.type, info.size = tarfile.XHDTYPE, 2**31
    path.write_bytes(info.tobuf(tarfile.USTAR_FORMAT) + bytes(10240))
    return path


def tar_damaged_inside(path, kind, at):
    """One bit of a compressed tar is not what it was; only the checksum at its end tells."""
    content = bytearray(tarred(path, [("solution.py", CODE)], f"w:{kind}").read_bytes())
    content[at] ^= 1
    path.write_bytes(content)
    return path


def tar_bomb_at_its_end(path):
    """Nothing but zeros after the end of a tar."""
    whole = tarred(path, [("solution.py", CODE)]).read_bytes()
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(whole)
        for _ in range(300):
            file.write(bytes(MB))
    return path


def of_bytes(content):
    def write(path):
        path.write_bytes(content)
        return path

    return write


MANY = unpack_child.MAX_ENTRIES + 1
LINK = stat.S_IFLNK | 0o777
HOSTILE = [
    ("a.zip", lambda p: zipped(p, [("../solution.py", CODE)]), "leads out of it"),
    ("a.zip", lambda p: zipped(p, [("x/../../solution.py", CODE), ("solution.py", CODE)]), "leads out of it"),
    ("a.zip", lambda p: zipped(p, [("/solution.py", CODE)]), "leads out of it"),
    ("a.zip", lambda p: zipped(p, [("..\\solution.py", CODE)]), "solution.py is missing"),
    ("a.zip", lambda p: zipped(p, [(zip_entry("solution.py", LINK), b"/etc/passwd")]), "solution.py is a link"),
    ("a.zip", lambda p: zipped(p, [(zip_entry("solution.py", stat.S_IFIFO), b"")]), "not a regular file"),
    ("a.zip", zip_twice, "twice"),
    ("a.zip", lambda p: zipped(p, [("solution.py", CODE), ("./solution.py", b"")]), "twice"),
    ("a.zip", zip_encrypted, "encrypted"),
    ("a.zip", lambda p: lying_size(p, declared=10, real=5000), "cannot be read"),
    ("a.zip", lambda p: lying_size(p, declared=5001, real=5000), "cannot be read"),
    ("a.zip", lambda p: lying_size(p, declared=100, real=50 * MB), "cannot be read"),
    ("a.zip", lambda p: lying_size(p, declared=2**31, real=5000), "larger than 1 MB"),
    ("a.zip", zip_flat_bomb, "larger than 1 MB"),
    ("a.zip", zip_truncated, "cannot be read"),
    ("a.zip", zip_other_local_name, "cannot be read"),
    ("a.zip", zip_wrong_content, "cannot be read"),
    ("a.zip", zip_nul_name, "leads out of it"),
    ("a.zip", lambda p: zipped(p, [(f"{n}.txt", b"") for n in range(MANY)]), "too many"),
    ("a.zip", lambda p: zipped(p, [("deep.zip", b"PK"), ("solution.py/x", CODE)]), "solution.py is missing"),
    ("a.zip", lambda p: zipped(p, []), "found nothing at all"),
    ("a.zip", of_bytes(b""), "cannot be read"),
    ("a.zip", of_bytes(b"\x1f\x8b" + bytes(100)), "cannot be read"),
    ("a.zip", lambda p: tarred(p, [("solution.py", CODE)]), "cannot be read"),
    ("a.zip", of_bytes(b"PK\x05\x06" + bytes(4) + b"\xff\xff" * 2 + b"\xff" * 8 + bytes(2)), "cannot be read"),
    ("a.tar", lambda p: zipped(p, [("solution.py", CODE)]), "cannot be read"),
    ("a.tar.gz", lambda p: tarred(p, [("solution.py", CODE)], "w:xz"), "cannot be read"),
    ("a.tar", lambda p: tarred(p, [("../solution.py", CODE)]), "leads out of it"),
    ("a.tar", lambda p: tarred(p, [("/solution.py", CODE)]), "leads out of it"),
    ("a.tar", lambda p: tarred(p, [(tar_entry("solution.py", tarfile.SYMTYPE, "/etc/passwd"), b"")]), "is a link"),
    ("a.tar", lambda p: tarred(p, [(tar_entry("solution.py", tarfile.LNKTYPE, "/etc/passwd"), b"")]), "is a link"),
    ("a.tar", lambda p: tarred(p, [(tar_entry("solution.py", tarfile.CHRTYPE), b"")]), "not a regular file"),
    ("a.tar", lambda p: tarred(p, [(tar_entry("solution.py", tarfile.FIFOTYPE), b"")]), "not a regular file"),
    ("a.tar", lambda p: tarred(p, [("solution.py", CODE), ("solution.py", b"")]), "twice"),
    ("a.tar", lambda p: tarred(p, [("solution.py", b"#" * (MB + 1))]), "larger than 1 MB"),
    ("a.tar", lambda p: tarred(p, [(f"{n}.txt", b"") for n in range(MANY)]), "too many"),
    ("a.tar", lambda p: tar_truncated(p, 600), "cannot be read"),
    ("a.tar", lambda p: tar_truncated(p, 520), "cannot be read"),
    ("a.tar", lambda p: tar_truncated(p, 1024), "cannot be read"),
    ("a.tar", lambda p: tar_truncated(p, 3000), "cannot be read"),
    ("a.tar", tar_damaged_later, "cannot be read"),
    ("a.tar", tar_sparse, "not a regular file"),
    ("a.tar", tar_lying_header, "far too much"),
    ("a.tar", tar_huge_pax, "cannot be read"),
    ("a.tar.gz", tar_bomb, "far too much"),
    ("a.tar.gz", tar_bomb_at_its_end, "far too much"),
    ("a.tar.gz", lambda p: tar_damaged_inside(p, "gz", -8), "cannot be read"),
    ("a.tar.gz", lambda p: tar_damaged_inside(p, "gz", -1), "cannot be read"),
    ("a.tar.xz", lambda p: tar_damaged_inside(p, "xz", -3), "cannot be read"),
    ("a.tar.bz2", lambda p: tar_damaged_inside(p, "bz2", -3), "cannot be read"),
    ("a.tar.gz", lambda p: of_bytes(tarred(p, [("solution.py", CODE)], "w:gz").read_bytes()[:-8])(p), "cannot be read"),
    ("a.tar.gz", of_bytes(b"\x1f\x8b\x08\x00" + bytes(6)), "cannot be read"),
    ("a.tar.xz", of_bytes(b"\xfd7zXZ\x00\x00\x04" + b"\xff" * 100), "cannot be read"),
    ("a.tar.bz2", of_bytes(b"BZh9" + b"\xff" * 100), "cannot be read"),
]


@pytest.mark.parametrize(
    ("name", "make", "says"), HOSTILE, ids=[f"{n}-{row[0]}-{row[2]}" for n, row in enumerate(HOSTILE)]
)
def test_a_hostile_archive_is_refused_and_writes_nothing(tmp_path, name, make, says):
    path = make(tmp_path / name)
    assert says in refused(path)
    assert [one.name for one in tmp_path.iterdir()] == [name]


def test_links_and_devices_nobody_asked_for_are_left_out(tmp_path):
    entries = [
        (tar_entry("etc", tarfile.SYMTYPE, "/etc"), b""),
        ("etc/passwd", b"root"),
        (tar_entry("zero", tarfile.CHRTYPE), b""),
        ("solution.py", CODE),
    ]
    taken = intake.take(tarred(tmp_path / "a.tar", entries), ONE)
    assert taken.submission.files == {"solution.py": CODE}
    assert taken.ignored == ("etc", "etc/passwd", "zero")


def test_a_huge_archive_is_not_even_opened(tmp_path):
    with (tmp_path / "a.zip").open("wb") as file:
        file.truncate(65 * MB)
    assert "larger than 64 MB" in refused(tmp_path / "a.zip")


@given(st.binary(max_size=300), st.sampled_from(engine_side.ARCHIVES))
def test_no_bytes_make_the_parser_do_more_than_refuse(content, kind):
    """In this process, for speed: any exception at all is the child's exit status 1."""
    request = {"kind": kind, "wanted": {"solution.py": 10}, "total": 10}
    try:
        frames = list(unpack_child.unpack(request, io.BytesIO(content)))
    except Exception:  # noqa: BLE001 - whatever it is, it is a refusal
        return
    assert all(kind == unpack_child.IGNORED or len(held) <= 10 for kind, _, held in frames)


# --- a child that breaks its word ------------------------------------------------------------------------------------


def frame(kind, name=b"", content=b""):
    return struct.pack(">BII", kind, len(name), len(content)) + name + content


DONE = frame(3)
ANSWERS = [
    b"",
    b"\0",
    frame(0, b"solution.py", CODE),
    frame(0, b"solution.py", CODE) + DONE + b"x",
    DONE + DONE,
    frame(0, b"evil.py", CODE) + DONE,
    frame(0, b"solution.py", CODE) * 2 + DONE,
    frame(7, b"solution.py", CODE) + DONE,
    frame(2, b"", b"no such reason") + DONE,
    struct.pack(">BII", 0, 11, 2**31) + b"solution.py",
    frame(0, b"solution.py", b"#" * (MB + 1)) + DONE,
    frame(1, b"x") * 6000 + DONE,
]


@pytest.mark.parametrize("answer", ANSWERS, ids=range(len(ANSWERS)))
def test_an_answer_that_breaks_the_protocol_gives_no_files(answer):
    with pytest.raises(SubmissionError):
        engine_side._look_at(answer, "a.zip", ("solution.py",))


@pytest.mark.parametrize(
    "program",
    [
        "import sys; sys.exit(1)",
        "import os; os.kill(os.getpid(), 9)",
        "import time; time.sleep(60)",
        "import os, time; os.close(1); time.sleep(60)",
        "import sys\nwhile True: sys.stdout.buffer.write(bytes(2**20))",
    ],
    ids=["fails", "dies", "hangs", "closes and hangs", "floods"],
)
def test_a_child_that_dies_hangs_or_floods_is_a_damaged_archive(tmp_path, monkeypatch, program):
    child = tmp_path / "child.py"
    child.write_text(program)
    monkeypatch.setattr(engine_side, "_CHILD", child)
    monkeypatch.setattr(engine_side, "_SECONDS", 1.0)
    started = time.monotonic()
    assert "cannot be read" in refused(zipped(tmp_path / "a.zip", [("solution.py", CODE)]))
    assert time.monotonic() - started < 60  # the child's own sleep


def test_a_child_that_cannot_start_is_our_fault(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(EngineError):
        intake.freeze(zipped(tmp_path / "a.zip", [("solution.py", CODE)]), ONE)


def test_the_child_gives_away_what_it_does_not_need():
    program = (
        f"import runpy, resource; child = runpy.run_path({unpack_child.__file__!r}); child['_shrink']();"
        "print([resource.getrlimit(getattr(resource, 'RLIMIT_' + name)) for name in ('FSIZE', 'NPROC', 'CORE', 'CPU')])"
    )
    told = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, check=True, text=True)
    assert told.stdout.strip() == "[(0, 0), (0, 0), (0, 0), (10, 10)]"
