"""A learner's repository, and patches that no git has written."""

import subprocess

import pytest

from grader import intake
from grader.errors import SubmissionError
from grader.model import Assignment

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


ONE = diff("a/lib/a.py", "b/lib/a.py", "--- a/lib/a.py", "+++ b/lib/a.py", "@@ -2 +2 @@", "-y = 2", "+y = 3")
"""A patch that is well."""
