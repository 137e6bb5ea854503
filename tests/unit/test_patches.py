"""A patch or bundle becomes the files it makes, or a refusal, in words.

Each kind of harm has a positive control: the same bytes in the hands of a naive reader, in a throw-away folder. What
repositories do to their readers: `test_hostile_repositories.py`.
"""

import shutil
import subprocess

import pytest
from repositories import ASKED, FIXED, GIVEN, ONE, adds, diff, refused, taken

from grader import intake
from grader.errors import SubmissionError
from grader.intake import patch as engine_side

pytestmark = [
    pytest.mark.skipif(shutil.which("git") is None, reason="git is what reads patches"),
    pytest.mark.usefixtures("nothing_is_left_behind"),
]


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
