"""Reads one patch or git bundle, in a process of its own that may die; answers with the files that come of it.

Theory of operation, continued from `patch.py`. This file runs as `python -I -S patch_child.py` in an empty folder that
its parent made and removes, imports only the standard library, and takes from itself what it does not need: memory,
processor time, the size of a file, and where it was root, that. It never checks a file out, and asks git only for what
works on objects and an index (`fast-import`, `apply --cached`, `index-pack`, `ls-tree`, `cat-file`): no hook, filter,
submodule, remote or configuration has any part in these, and each is switched off besides.

What a patch says about itself (renames, modes, names) is not read. git applies it to an index that holds the given
files; then the *tree* that came of it is looked at: each path that may not be changed must have the very bytes it was
given with, each that may must be a plain file, and there is nothing else. A bundle is looked at in the same way, so
that one rule holds for both. What cannot be understood is an exception, an exception is exit status 1, and that means:
nothing was read.
"""

from __future__ import annotations

import base64
import ctypes
import email.parser
import email.policy
import encodings.iso8859_1  # noqa: F401 - what is imported later may be out of reach of nobody
import hashlib
import json
import os
import re
import resource
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

FILE, REFUSED, DONE = 0, 2, 3
MEMORY, CPU_SECONDS, LARGEST_FILE = 1024 * 2**20, 10, 64 * 2**20
MAX_ENTRIES, MOST_REFS, MOST_MESSAGE = 5000, 100, 20_000
NOBODY = 65534
MESSAGE = "commit-message.txt"
_HEAD = struct.Struct(">BII")
_MAILS = email.parser.BytesParser(policy=email.policy.default)
_PLAIN = {"100644", "100755"}
_REF = re.compile(rb"([0-9a-f]{40}) (HEAD|refs/heads/[A-Za-z0-9][A-Za-z0-9._/-]{0,100})")
_FROM = re.compile(rb"^From [0-9a-f]{40,64} ", re.MULTILINE)
_DIFF = re.compile(rb"^(?:diff --git |--- )", re.MULTILINE)
_BINARY = re.compile(rb"^(?:GIT binary patch|Binary files .* differ)$", re.MULTILINE)
_PREFIX = re.compile(r"^(?:\[[^\]]{0,40}\]\s*)+")
_OFF = (
    "core.hooksPath=/dev/null",
    "core.attributesFile=/dev/null",
    "core.fsmonitor=false",
    "core.protectHFS=true",
    "core.protectNTFS=true",
    "core.symlinks=false",
    "core.autocrlf=false",
    "protocol.allow=never",
    "fetch.fsckObjects=true",
    "transfer.fsckObjects=true",
    "gc.auto=0",
    "pack.threads=1",
    "safe.directory=*",
    "init.defaultBranch=given",
)
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_DIR": "repository",
    "GIT_INDEX_FILE": "index",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "HOME": "/nonexistent",
    "LC_ALL": "C",
    "PATH": "/usr/bin:/bin",
}


class Refused(Exception):
    """It is understood and not acceptable."""

    def __init__(self, reason: str, name: str = "") -> None:
        super().__init__(reason)
        self.reason, self.name = reason, name


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a tree.

    Attributes:
        mode: as git has it.
        kind: `blob` or `commit`.
        object: its id.
    """

    mode: str
    kind: str
    object: str


class Git:
    """Runs git on the bare repository in this folder.

    Args:
        program: its path.
    """

    def __init__(self, program: str) -> None:
        self._program = program

    def __call__(self, *arguments: str, given: bytes = b"") -> bytes:
        """Return what a command of git's says.

        Raises:
            CalledProcessError: it ends badly.
        """
        settings = [part for one in _OFF for part in ("-c", one)]
        command = [self._program, *settings, *arguments]
        done = subprocess.run(command, input=given, capture_output=True, check=True, env=_ENVIRONMENT)  # noqa: S603
        return done.stdout


def of_patch(git: Git, request: dict[str, Any], patch: bytes) -> tuple[str, bytes]:
    """Return the tree that a patch makes of the given files, and its commit message, if it has one.

    Raises:
        Refused: it is more than one patch, holds something binary, or does not apply.
    """
    if len(_FROM.findall(patch)) > 1:
        raise Refused("several")
    if _BINARY.search(patch):
        raise Refused("binary")
    git("fast-import", "--quiet", given=_as_commit(request["given"]))
    git("read-tree", "refs/heads/given")
    try:
        git("apply", "--cached", "--whitespace=nowarn", "-", given=patch)
    except subprocess.CalledProcessError as error:
        raise Refused("apply", _first_line(error.stderr)) from error
    return git("write-tree").decode().strip(), _message_of(patch)


def _as_commit(given: dict[str, str]) -> bytes:
    """Return the given files as one commit, in the words of git-fast-import."""
    lines = [b"commit refs/heads/given\ncommitter grader <> 0 +0000\ndata 0\n"]
    for name, content in given.items():
        data = base64.b64decode(content)
        lines.append(b"M 100644 inline %s\ndata %d\n%s\n" % (json.dumps(name).encode(), len(data), data))
    return b"".join(lines)


def _message_of(patch: bytes) -> bytes:
    """Return the commit message of a patch that was made by git format-patch; of any other nothing."""
    if not _FROM.match(patch):
        return b""
    at = _DIFF.search(patch)
    mail = _MAILS.parsebytes(patch[: at.start() if at else None][:MOST_MESSAGE])
    subject = _PREFIX.sub("", " ".join(str(mail["subject"] or "").split()))
    body = mail.get_payload(decode=True)
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else ""
    said = f"\n{text}".partition("\n---\n")[0]
    return f"{subject}\n\n{said.strip()}".strip().encode("utf-8", "replace") + b"\n"


def of_bundle(git: Git, _request: dict[str, Any], bundle: bytes) -> tuple[str, bytes]:
    """Return the tree of the one commit that a bundle hands in, and its message.

    Source of the format: gitformat-bundle(5), version 2.

    Raises:
        Refused: it has no ref, several that differ, or needs commits that it does not hold.
    """
    head, blank, pack = bundle.partition(b"\n\n")
    signature, *lines = head.split(b"\n")
    if signature != b"# v2 git bundle" or not blank or len(lines) > MOST_REFS:
        raise Refused("bundle")
    if any(line.startswith(b"-") for line in lines):
        raise Refused("whole")
    refs = [_REF.fullmatch(line) for line in lines]
    if not refs or any(ref is None or b".." in ref[0] for ref in refs):
        raise Refused("refs")
    commits = {ref[1] for ref in refs if ref is not None}
    if len(commits) != 1:
        raise Refused("refs")
    git("index-pack", "--stdin", "--strict", "--fsck-objects", f"--max-input-size={LARGEST_FILE}", given=pack)
    commit = commits.pop().decode()
    if git("cat-file", "-t", commit) != b"commit\n":
        raise Refused("refs")
    message = git("cat-file", "commit", commit).partition(b"\n\n")[2]
    return commit, message[:MOST_MESSAGE].strip() + b"\n"


def look_at(git: Git, request: dict[str, Any], tree: str) -> dict[str, bytes]:
    """Return the files that may be changed, out of a tree in which nothing else is changed.

    Raises:
        Refused: something else is, or one of them is no plain text file, or too big.
    """
    entries = dict(_entries(git, tree))
    given = {name: base64.b64decode(content) for name, content in request["given"].items()}
    wanted: dict[str, int] = request["wanted"]
    for name, entry in entries.items():
        if entry.kind != "blob" or entry.mode not in _PLAIN:
            raise Refused({"160000": "submodule", "120000": "link"}.get(entry.mode, "special"), name)
        if name not in wanted and (name not in given or entry != Entry("100644", "blob", blob_id(given[name]))):
            raise Refused("touches", name)
    for name in given:
        if name not in entries and name not in wanted:
            raise Refused("removes", name)
    files = {name: _content(git, entries[name], name, cap) for name, cap in wanted.items() if name in entries}
    if all(files.get(name) == given.get(name) for name in wanted):
        raise Refused("unchanged")
    return files


def _entries(git: Git, tree: str) -> Iterator[tuple[str, Entry]]:
    lines = git("ls-tree", "-r", "-z", "--full-tree", tree).split(b"\0")[:-1]
    if len(lines) > MAX_ENTRIES:
        raise Refused("many")
    for line in lines:
        about, _, name = line.partition(b"\t")
        mode, kind, object_id = about.decode("ascii").split()
        yield name.decode("utf-8", "backslashreplace"), Entry(mode, kind, object_id)


def blob_id(content: bytes) -> str:
    """Return what git calls this content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _content(git: Git, entry: Entry, name: str, cap: int) -> bytes:
    """Return a file's bytes; its size is asked for first, since a few bytes of a pack can be a thousand times more."""
    if int(git("cat-file", "-s", entry.object)) > cap:
        raise Refused("big", name)
    content = git("cat-file", "blob", entry.object)
    if len(content) > cap:
        raise Refused("big", name)
    if b"\0" in content:
        raise Refused("binary", name)
    return content


def _first_line(said: bytes) -> str:
    lines = said.decode("utf-8", "replace").splitlines()
    return lines[0].removeprefix("error: ")[:200] if lines else ""


def answer(request: dict[str, Any]) -> list[tuple[int, str, bytes]]:
    """Return the frames that answer a request.

    Raises:
        Refused: what was handed in is not acceptable.
        Exception: it cannot be read.
    """
    git = Git(request["git"])
    git("init", "--quiet", "--bare", "--template=", "repository")
    read = of_bundle if request["kind"] == "bundle" else of_patch
    tree, message = read(git, request, base64.b64decode(request["content"]))
    frames = [(FILE, name, content) for name, content in look_at(git, request, tree).items()]
    return [*frames, (FILE, MESSAGE, message)] if message.strip() else frames


def main() -> None:
    """Answer, and say DONE only when everything was well."""
    request = json.load(sys.stdin.buffer)
    _shrink()
    try:
        frames = answer(request)
    except Refused as refused:
        frames = [(REFUSED, refused.name[:500], refused.reason.encode())]
    for kind, name, content in [*frames, (DONE, "", b"")]:
        text = name.encode(errors="replace")
        sys.stdout.buffer.write(_HEAD.pack(kind, len(text), len(content)) + text + content)
    sys.stdout.buffer.flush()


def _shrink() -> None:
    """Take away what this process, and git after it, does not need; none of it can be had back."""
    for which, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, LARGEST_FILE),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(which, (most, most))
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    no_new_privileges = 38
    ctypes.CDLL(None).prctl(no_new_privileges, 1, 0, 0, 0)


if __name__ == "__main__":
    main()
