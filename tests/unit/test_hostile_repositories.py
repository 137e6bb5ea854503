"""Whatever a repository can do to its reader, it does not, and the child that reads it has nothing to lose.

Each kind of harm has a positive control: the same bytes in the hands of a naive reader, in a throw-away folder.
"""

import io
import os
import shutil
import tempfile
import time
import zipfile
import zlib
from pathlib import Path

import pytest
from repositories import ASKED, FIXED, GIVEN, ONE, refused, taken

from grader import intake
from grader.errors import EngineError
from grader.intake import patch as engine_side

pytestmark = [
    pytest.mark.skipif(shutil.which("git") is None, reason="git is what reads patches"),
    pytest.mark.usefixtures("nothing_is_left_behind"),
]


def test_a_repository_with_hooks_and_a_configuration_that_runs_programs_is_not_read(learner, tmp_path):
    """A repository itself is refused by its ending; the control: git in the learner's folder runs what it says."""
    marks = {name: tmp_path / name for name in ("hook", "monitor")}
    hook = learner.folder / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {marks['hook']}\n", "utf-8")
    hook.chmod(0o755)
    included = learner.folder / ".git" / "more"
    included.write_text(f'[core]\n\tfsmonitor = "touch {marks["monitor"]}; false"\n', "utf-8")
    with (learner.folder / ".git" / "config").open("a", encoding="utf-8") as config:
        config.write("[include]\n\tpath = more\n")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for path in (learner.folder / ".git").rglob("*"):
            file.write(path, path.relative_to(learner.folder))
    assert "expected a patch or a git bundle" in refused(archive.getvalue(), "work.zip")
    assert not any(mark.exists() for mark in marks.values())
    learner.git("status")
    learner.git("checkout", "-q", "-f", "HEAD")
    assert all(mark.exists() for mark in marks.values())


def test_the_host_s_own_hooks_and_programs_do_not_run_either(learner, tmp_path, monkeypatch):
    """The control is the learner's git in the same environment, which runs them."""
    mark = tmp_path / "ran"
    learner.write("lib/a.py", FIXED)
    learner.commit()
    patch, bundle = learner.patch(), learner.bundle()
    for number, key in enumerate(("core.fsmonitor", "core.pager")):
        monkeypatch.setenv(f"GIT_CONFIG_KEY_{number}", key)
        monkeypatch.setenv(f"GIT_CONFIG_VALUE_{number}", f"touch {mark}; false")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "2")
    assert taken(patch)["lib/a.py"] == taken(bundle, "work.bundle")["lib/a.py"] == FIXED
    assert not mark.exists()
    learner.git("status")
    assert mark.exists()


def test_a_filter_named_by_attributes_does_not_run(learner, tmp_path):
    """A bundle may not add attributes; with given ones, nothing is checked out, so no filter is asked."""
    mark = tmp_path / "filtered"
    learner.write(".gitattributes", b"*.py filter=evil\n")
    learner.write("lib/a.py", FIXED)
    learner.commit()
    assert ".gitattributes is changed or added" in refused(learner.bundle(), "work.bundle")
    assert ".gitattributes is changed or added" in refused(learner.patch())
    learner.git("config", "filter.evil.smudge", f"touch {mark}; cat")
    learner.git("rm", "-q", "-r", "--cached", "lib")
    learner.git("checkout", "-q", "-f", "HEAD")
    assert mark.exists()


def test_links_submodules_and_hidden_git_folders_in_a_bundle_are_refused(learner):
    blob = learner.blob(b"/etc/hostname")
    cases = [
        (("120000", "extra", blob), "is a link"),
        (("160000", "extra", "1" * 40), "is a submodule"),
        (("100644", ".gitmodules", learner.blob(b'[submodule "x"]\n\tpath = x\n\turl = -u./payload\n')), ""),
        (("100755", ".git", blob), ""),
        (("100755", ".GIT", blob), ""),
        (("100755", "..", blob), ""),
        (("100755", "a/b", blob), ""),
        (("100664", "lib", blob), ""),
    ]
    start = learner.git("rev-parse", "HEAD").decode().strip()
    for entry, says in cases:
        learner.git("update-ref", "HEAD", start)
        learner.tree(entry)
        assert says in refused(learner.bundle(), "work.bundle"), entry


def head_of(*refs):
    """The head of a bundle with these lines."""
    return b"\n".join([b"# v2 git bundle", *refs, b"", b""])


def test_odd_refs_are_refused(learner):
    learner.write("lib/a.py", FIXED)
    learner.commit()
    bundle = learner.bundle("HEAD", "main")
    head, _, pack = bundle.partition(b"\n\n")
    commit = learner.git("rev-parse", "HEAD").strip()
    given = learner.git("rev-parse", "HEAD~1").strip()
    tree = learner.git("rev-parse", "HEAD^{tree}").strip()
    assert taken(bundle, "work.bundle")["lib/a.py"] == FIXED
    assert taken(head_of(commit + b" refs/heads/main") + pack, "work.bundle")["lib/a.py"] == FIXED
    odd = {
        b" refs/heads/--upload-pack=touch": "under HEAD or one branch",
        b" refs/heads/../../x": "under HEAD or one branch",
        b" refs/heads/a b": "under HEAD or one branch",
        b" refs/replace/" + commit: "under HEAD or one branch",
        b" refs/tags/v1": "under HEAD or one branch",
        b" HEAD\n%s refs/heads/main" % given: "under HEAD or one branch",
        b" HEAD\n" + b"\n".join([commit + b" HEAD"] * 200): "no git bundle",
        b"": "under HEAD or one branch",
    }
    for ref, says in odd.items():
        assert says in refused(head_of(commit + ref) + pack, "work.bundle"), ref
    assert "builds on commits" in refused(head_of(b"-" + given + b" x", commit + b" HEAD") + pack, "work.bundle")
    assert "under HEAD" in refused(head_of(tree + b" HEAD") + pack, "work.bundle")
    assert "cannot be read" in refused(head_of(b"1" * 40 + b" HEAD") + pack, "work.bundle")
    assert "no git bundle" in refused(bundle.replace(b"# v2", b"# v3"), "work.bundle")
    assert "cannot be read" in refused(bundle[:-30], "work.bundle")
    assert "cannot be read" in refused(head + b"\n\nPACK", "work.bundle")


def test_half_a_history_is_refused(learner):
    learner.write("lib/a.py", FIXED)
    learner.commit()
    assert "builds on commits" in refused(learner.bundle("HEAD~1..HEAD", "HEAD"), "work.bundle")


def test_a_few_bytes_that_become_very_many_are_refused_and_a_naive_clone_writes_them_all(learner, tmp_path):
    """A blob of zeros in a pack: 40 MB out of 40 kB; the control is a clone, which has them on the disk."""
    learner.write("lib/a.py", bytes(40 * 2**20))
    learner.commit()
    bundle = learner.bundle()
    assert len(bundle) < 100_000
    assert "larger than 1 MB" in refused(bundle, "work.bundle")
    (tmp_path / "work.bundle").write_bytes(bundle)
    learner.git("clone", "-q", str(tmp_path / "work.bundle"), str(tmp_path / "clone"))
    assert (tmp_path / "clone" / "lib" / "a.py").stat().st_size == 40 * 2**20


def bomb_of_zlib(megabytes):
    """A pack with one blob that says it is small and inflates without end."""
    packer = zlib.compressobj(9)
    content = b"".join(packer.compress(bytes(2**20)) for _ in range(megabytes)) + packer.flush()
    size, first = 2**30, bytearray()
    first.append(0x80 | (3 << 4) | (size & 15))
    size >>= 4
    while size >= 128:
        first.append(0x80 | (size & 127))
        size >>= 7
    first.append(size)
    return b"PACK" + (2).to_bytes(4, "big") + (1).to_bytes(4, "big") + bytes(first) + content + bytes(20)


def test_a_pack_that_lies_about_its_size_is_refused(learner):
    """Promises that an object that inflates to a gigabyte takes neither memory nor time of the host's."""
    started = time.monotonic()
    commit = learner.git("rev-parse", "HEAD").strip()
    assert "cannot be read" in refused(head_of(commit + b" HEAD") + bomb_of_zlib(200), "work.bundle")
    assert time.monotonic() - started < engine_side._SECONDS


def test_very_many_files_are_refused(learner):
    blob = learner.blob(b"x\n")
    lines = "".join(f"100644 blob {blob}\tf{number}\n" for number in range(5001))
    tree = learner.git("mktree", given=lines.encode()).decode().strip()
    learner.git("update-ref", "HEAD", learner.git("commit-tree", tree, "-m", "Many", given=b"").decode().strip())
    assert "too many files" in refused(learner.bundle(), "work.bundle")


# --- the child --------------------------------------------------------------------------------------------------------

PROGRAMS = {
    "dies": "import sys; sys.exit(1)",
    "hangs": "import time; time.sleep(60)",
    "floods": "import sys\nwhile True: sys.stdout.buffer.write(bytes(2**20))",
    "says nothing": "",
    "gives what nobody asked for": (
        "import struct, sys\nname = b'conftest.py'\n"
        "sys.stdout.buffer.write(struct.pack('>BII', 0, len(name), 1) + name + b'x' + struct.pack('>BII', 3, 0, 0))"
    ),
    "refuses for no reason that we know": (
        "import struct, sys\nsys.stdout.buffer.write(struct.pack('>BII', 2, 1, 4) + b'n' + b'{x!}')"
    ),
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_child_that_was_taken_over_is_not_believed(tmp_path, monkeypatch, program):
    child = Path(tempfile.gettempdir()).parent / f"child-{os.getpid()}.py"
    child.write_text(PROGRAMS[program], "utf-8")
    monkeypatch.setattr(engine_side, "_CHILD", child)
    monkeypatch.setattr(engine_side, "_SECONDS", 1.0)
    try:
        assert "cannot be read" in refused(ONE)
    finally:
        child.unlink()


def test_the_child_has_no_privileges_and_no_environment(monkeypatch, tmp_path):
    """Promises that git runs as nobody where grader runs as root, with limits, and can gain nothing."""
    spy = Path(tempfile.gettempdir()).parent / f"spy-{os.getpid()}.py"
    spy.write_text(
        "import json, os, resource, runpy, sys\n"
        f"child = runpy.run_path({str(engine_side._CHILD)!r})\n"
        "json.load(sys.stdin.buffer)\n"
        "child['_shrink']()\n"
        "status = dict(line.split(':', 1) for line in open('/proc/self/status'))\n"
        "names = ('AS', 'CPU', 'FSIZE', 'CORE')\n"
        "limits = [resource.getrlimit(getattr(resource, f'RLIMIT_{one}'))[1] for one in names]\n"
        "groups = os.getgroups() if os.geteuid() == 65534 else []\n"
        "said = [os.geteuid(), groups, status['NoNewPrivs'].strip(), limits]\n"
        "text = json.dumps([*said, sorted(os.environ)]).encode()\n"
        "sys.stdout.buffer.write(child['_HEAD'].pack(2, len(text), 5) + text + b'apply')\n",
        "utf-8",
    )
    monkeypatch.setenv("GRADER_SECRET_FILE", "/secret")
    monkeypatch.setattr(engine_side, "_CHILD", spy)
    monkeypatch.setattr(engine_side, "printable", str)
    try:
        said = refused(ONE)
    finally:
        spy.unlink()
    user = 65534 if os.geteuid() == 0 else os.geteuid()
    assert f'[{user}, [], "1", [1073741824, 10, 67108864, 0]' in said
    assert "GRADER" not in said


def test_a_host_without_git_is_our_fault_and_says_what_would_do(monkeypatch):
    monkeypatch.setattr(engine_side, "find_git", lambda: None)
    with pytest.raises(EngineError, match="git is not installed on this host"):
        taken(ONE)


def test_an_example_and_its_patch_are_the_same_program_whatever_the_message(learner):
    """Promises that the solution that ships with a pack is known in anybody's patch."""
    learner.write("lib/a.py", FIXED)
    learner.commit("One message")
    example = intake.program_of({"work.patch": learner.patch()}, ASKED, GIVEN)
    learner.git("commit", "-q", "--amend", "-m", "Another message")
    assert intake.without_message(taken(learner.patch())) == example == {"lib/a.py": FIXED}
    assert intake.program_of({"work.patch": b"none"}, ASKED, GIVEN) == {}
