"""A patch or bundle becomes the files it makes, or a refusal; whatever a repository can do to its reader, it does not.

Each kind of harm has a positive control: the same bytes in the hands of a naive reader, in a throw-away folder.
"""

import io
import os
import shutil
import subprocess
import tempfile
import time
import zipfile
import zlib
from pathlib import Path

import pytest

from grader import intake
from grader.errors import EngineError, SubmissionError
from grader.intake import patch as engine_side
from grader.model import Assignment

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is what reads patches")

ASKED = Assignment(
    title="Patch", skill="a", kind="patch", files=("lib/a.py",), optional_files=("tests/test_a.py", "lib/new.py")
)
GIVEN = {
    "repository/lib/a.py": b"x = 1\ny = 2\n",
    "repository/lib/__init__.py": b"",
    "repository/README.md": b"Read me.\n",
    "elsewhere.csv": b"1,2\n",
}
FIXED = b"x = 1\ny = 3\n"


class Repository:
    """A learner's repository, with the given files as its first commit."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        self.git("init", "-q", "-b", "main")
        for name, content in GIVEN.items():
            if name.startswith("repository/"):
                self.write(name.removeprefix("repository/"), content)
        self.commit("given")

    def git(self, *arguments, given=None, folder=None):
        """Run git as the learner."""
        who = ("-c", "user.name=L", "-c", "user.email=l@example.org", "-c", "protocol.file.allow=always")
        done = subprocess.run(
            ["git", *who, *arguments], cwd=folder or self.folder, input=given, capture_output=True, check=True
        )
        return done.stdout

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def commit(self, message="Fix y"):
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)

    def patch(self):
        return self.git("format-patch", "-1", "--stdout", "--binary")

    def bundle(self, *refs):
        path = self.folder / ".git" / "work.bundle"
        self.git("bundle", "create", str(path), *(refs or ("HEAD",)))
        return path.read_bytes()

    def tree(self, *entries):
        """Commit a tree of raw entries (mode, name, object) beside the given ones, whatever git thinks of them."""
        rows = [line.split(None, 3) for line in self.git("ls-tree", "HEAD").decode().splitlines()]
        kept = [(mode, name, one) for mode, _, one, name in rows]
        raw = b"".join(
            f"{mode.lstrip('0')} {name}".encode() + b"\0" + bytes.fromhex(one)
            for mode, name, one in sorted([*kept, *entries], key=lambda row: row[1])
        )
        tree = self.git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", given=raw)
        commit = self.git("commit-tree", tree.decode().strip(), "-m", "Odd", given=b"").decode().strip()
        self.git("update-ref", "HEAD", commit)

    def blob(self, content):
        return self.git("hash-object", "-w", "--stdin", given=content).decode().strip()


@pytest.fixture
def learner(tmp_path):
    return Repository(tmp_path / "learner")


@pytest.fixture(autouse=True)
def _nothing_is_left_behind(tmp_path, monkeypatch):
    """Every test: the folders of the child are gone, and a canary beside them has not moved."""
    holder = Path(tempfile.mkdtemp(prefix="patches-"))
    holder.chmod(0o755)
    monkeypatch.setattr(tempfile, "tempdir", str(holder))
    canary = holder / "canary"
    canary.write_text("alive", "utf-8")
    yield
    assert [path.name for path in holder.iterdir()] == ["canary"]
    assert canary.read_text("utf-8") == "alive"
    shutil.rmtree(holder)


def taken(content, name="work.patch"):
    return dict(intake.freeze_files({name: content}, ASKED, GIVEN).files)


def refused(content, name="work.patch"):
    with pytest.raises(SubmissionError) as error:
        taken(content, name)
    assert str(error.value).isprintable()
    return str(error.value)


def diff(old, new, *lines, extra=""):
    """A hand-written patch of one file."""
    return "\n".join([f"diff --git {old} {new}", *filter(None, extra.split("|")), *lines, ""]).encode()


def adds(name, content="evil", mode="100644"):
    """A patch that adds a file, whatever its name."""
    return diff(
        f"a/{name}",
        f"b/{name}",
        "--- /dev/null",
        f"+++ b/{name}",
        "@@ -0,0 +1 @@",
        f"+{content}",
        *(["\\ No newline at end of file"] if mode == "120000" else []),
        extra=f"new file mode {mode}",
    )


# --- what is accepted -------------------------------------------------------------------------------------------------


def test_a_patch_a_diff_and_a_bundle_of_the_same_work_make_the_same_files(learner):
    learner.write("lib/a.py", FIXED)
    learner.write("tests/test_a.py", b"def test_y(): assert True\n")
    learner.commit("Fix y\n\nIt was 2.")
    files = {"lib/a.py": FIXED, "tests/test_a.py": b"def test_y(): assert True\n"}
    message = {"commit-message.txt": b"Fix y\n\nIt was 2.\n"}
    assert taken(learner.patch()) == files | message
    assert taken(learner.bundle(), "work.bundle") == files | message
    assert taken(learner.git("diff", "HEAD~1"), "work.diff") == files


def test_a_long_subject_that_mail_folds_is_one_line_again(learner):
    """Promises that a subject is as long as it was written, however a patch breaks it, and whatever its letters."""
    subject = "Füx the reading of numbers that end in a digit, " * 4
    learner.write("lib/a.py", FIXED)
    learner.commit(subject.strip())
    assert taken(learner.patch())["commit-message.txt"].decode() == subject.strip() + "\n"


def test_a_patch_lies_in_a_folder_or_is_a_file(learner, tmp_path):
    learner.write("lib/a.py", FIXED)
    learner.commit()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "work.patch").write_bytes(learner.patch())
    for path in (tmp_path / "mine", tmp_path / "mine" / "work.patch"):
        assert intake.freeze(path, ASKED, GIVEN).files["lib/a.py"] == FIXED
    (tmp_path / "mine" / "other.diff").write_bytes(b"")
    with pytest.raises(SubmissionError, match="found 2 patches"):
        intake.freeze(tmp_path / "mine", ASKED, GIVEN)
    (tmp_path / "link.patch").symlink_to(tmp_path / "mine" / "work.patch")
    with pytest.raises(SubmissionError, match="is a link"):
        intake.freeze(tmp_path / "link.patch", ASKED, GIVEN)


def test_line_ends_and_attributes_of_the_host_change_nothing(learner, monkeypatch):
    """Promises that the host's own configuration of git has no part in what is read."""
    learner.write("lib/a.py", b"x = 1\r\ny = 3\r\n")
    learner.commit()
    for number, (key, value) in enumerate([("core.autocrlf", "true"), ("apply.whitespace", "fix")]):
        monkeypatch.setenv(f"GIT_CONFIG_KEY_{number}", key)
        monkeypatch.setenv(f"GIT_CONFIG_VALUE_{number}", value)
    monkeypatch.setenv("GIT_CONFIG_COUNT", "2")
    assert taken(learner.patch())["lib/a.py"] == b"x = 1\r\ny = 3\r\n"


# --- what is refused --------------------------------------------------------------------------------------------------

NAMES = [
    "../canary",
    "../../canary",
    "lib/../../canary",
    "/tmp/canary",
    ".git/hooks/pre-applypatch",
    ".git/config",
    ".GIT/config",
    "lib/.git/config",
    ".g\u200cit/config",
    ".git\u200c/hooks/post-checkout",
    "git~1/config",
    ".git /config",
    "LIB/a.py",
    "lib/a.py ",
    "lib/a\u0301.py",
    "lib\\a.py",
    "conftest.py",
    "sitecustomize.py",
    ".gitattributes",
    ".gitmodules",
    "tests/conftest.py",
    "commit-message.txt",
]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_patch_touches_declared_paths_only(name):
    said = refused(adds(name))
    assert "does not allow" in said or "does not apply" in said, said


def test_a_naive_reader_writes_outside_by_such_a_name(tmp_path):
    """The control of the names above: `git apply --unsafe-paths`, in a folder that is no repository."""
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    subprocess.run(["git", "apply", "--unsafe-paths", "-"], input=adds("../canary"), cwd=inner, check=True)
    assert (tmp_path / "a" / "canary").read_text("utf-8") == "evil\n"


def test_links_are_refused_wherever_they_lead():
    for name in ("lib/new.py", "tests/test_a.py"):
        assert "is a link" in refused(adds(name, "/etc/hostname", "120000"))


def test_a_naive_reader_reads_the_host_through_such_a_link(learner, tmp_path):
    """The control: apply, then read the file that was asked for."""
    (tmp_path / "secret").write_text("hidden labels", "utf-8")
    link = adds("lib/new.py", str(tmp_path / "secret"), "120000")
    learner.git("apply", "-", given=link)
    assert (learner.folder / "lib" / "new.py").read_text("utf-8") == "hidden labels"
    assert "is a link" in refused(link)


SUBMODULE = diff(
    "a/lib/new.py", "b/lib/new.py", "--- /dev/null", "+++ b/lib/new.py", "@@ -0,0 +1 @@",
    f"+Subproject commit {'1' * 40}", extra="new file mode 160000",
)  # fmt: skip
RENAME_OUT = diff("a/lib/a.py", "b/gone.py", extra="similarity index 100%|rename from lib/a.py|rename to gone.py")
RENAME_IN = diff(
    "a/README.md", "b/lib/new.py", extra="similarity index 100%|rename from README.md|rename to lib/new.py"
)
DELETES = diff(
    "a/README.md", "b/README.md", "--- a/README.md", "+++ /dev/null", "@@ -1 +0,0 @@", "-Read me.",
    extra="deleted file mode 100644",
)  # fmt: skip
MODE = diff("a/README.md", "b/README.md", extra="old mode 100644|new mode 100755")
ONE = diff("a/lib/a.py", "b/lib/a.py", "--- a/lib/a.py", "+++ b/lib/a.py", "@@ -2 +2 @@", "-y = 2", "+y = 3")

REFUSED = {
    "submodule": (SUBMODULE, "is a submodule"),
    "rename out": (RENAME_OUT, "gone.py is changed or added"),
    "rename in": (RENAME_IN, "README.md is removed or renamed"),
    "deletes": (DELETES, "README.md is removed or renamed"),
    "mode": (MODE, "README.md is changed or added"),
    "deletes what is asked for": (
        diff("a/lib/a.py", "b/lib/a.py", "--- a/lib/a.py", "+++ /dev/null", "@@ -1,2 +0,0 @@", "-x = 1", "-y = 2",
             extra="deleted file mode 100644"),
        "lib/a.py is missing",
    ),
    "other version": (ONE.replace(b"-y = 2", b"-y = 7"), "does not apply"),
    "nothing": (b"", "does not apply"),
    "prose": (b"Please change y to 3.\n", "does not apply"),
    "unchanged": (MODE.replace(b"README.md", b"lib/a.py"), "changes nothing"),
    "NUL": (ONE.replace(b"+y = 3", b"+y = \0"), "is not text"),
    "several": (b"".join(b"From %s Mon Sep 17 00:00:00 2001\n\n---\n" % (b"1" * 40) for _ in "ab") + ONE, "several"),
    "too big": (b"x" * (engine_side.MAX_PATCH + 1), "larger than 8 MB"),
    "makes a file too big": (
        ONE.replace(b"@@ -2 +2 @@", b"@@ -2 +2,1100001 @@").replace(b"+y = 3\n", b"+y = 3\n" * 1_100_001),
        "larger than",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_patch_that_does_more_or_less_than_asked_is_refused_in_words(case):
    patch, says = REFUSED[case]
    assert says in refused(patch)


def test_a_binary_patch_is_refused(learner):
    learner.write("lib/a.py", bytes(range(256)) * 4)
    learner.commit()
    assert "is not text" in refused(learner.patch())


def test_the_positive_control_of_all_of_these_is_accepted():
    """Promises that the hand-written patches above fail for what they do, not for how they are written."""
    assert taken(ONE)["lib/a.py"] == FIXED
    assert taken(ONE + adds("lib/new.py", "z = 1"))["lib/new.py"] == b"z = 1\n"
    assert taken(MODE.replace(b"README.md", b"lib/a.py") + ONE)["lib/a.py"] == FIXED


@pytest.mark.parametrize("name", ["work.zip", "work.tar", "work", "solution.py", "work.patch.exe", "config"])
def test_what_is_neither_patch_nor_bundle_is_refused_unread(name):
    assert "expected a patch or a git bundle" in refused(ONE, name)


# --- repositories -----------------------------------------------------------------------------------------------------


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
