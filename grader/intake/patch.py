"""Has a patch or a git bundle read by a child process, and believes little of what comes back.

Theory of operation. A patch is a program for whoever applies it: it names paths, modes, links, renames. A repository is
worse: hooks, filters, submodules and configuration run what a stranger wrote. The engine reads neither. A child does
(`patch_child.py`), without privileges, bounded in memory, time and the size of a file, in an empty folder that is
removed afterwards, with a bare repository that is never checked out and in which everything that could run is switched
off. It answers in the frames of `archive.py` with the files that may be changed, by value, and the commit message.

What is graded is therefore files, as of any other submission: two patches that make the same files are the same work.
Which version of git the host has decides nothing but whether a patch applies.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from grader.errors import EngineError, SubmissionError
from grader.intake.archive import frames_of, said_by
from grader.intake.folder import open_alone
from grader.intake.measure import MAX_TOTAL, MEGABYTE, cap_of, printable, too_big
from grader.model import MESSAGE

PATCHES, BUNDLES = (".patch", ".diff"), (".bundle",)
REPOSITORY = "repository/"
"""Where a pack's public data holds the files that are to be patched."""
MAX_PATCH = 8 * MEGABYTE

_CHILD = Path(__file__).with_name("patch_child.py")
_FILE, _, _REFUSED, _DONE = range(4)
_SECONDS = 30.0
_LONGEST_MESSAGE = 80_000
_NOBODY = 65534
_SENTENCES = {
    "apply": "the patch does not apply to the given files ({name}): make it against the files of the assignment",
    "several": "found several commits in one patch; hand in one: squash them, then git format-patch -1",
    "binary": "the patch changes something that is not text {name}; change text only",
    "touches": "{name} is changed or added, which this assignment does not allow",
    "removes": "{name} is removed or renamed, which this assignment does not allow",
    "unchanged": "the patch changes nothing that this assignment asks to change",
    "link": "{name} is a link; a patch may hold plain files only",
    "submodule": "{name} is a submodule; a patch may hold plain files only",
    "special": "{name} has an odd mode; a patch may hold plain files only",
    "many": "the repository holds too many files",
    "bundle": "the file is no git bundle of version 2: make one with git bundle create work.bundle HEAD",
    "whole": "the bundle builds on commits that it does not hold: make it with git bundle create work.bundle HEAD",
    "refs": "the bundle must hand in one commit, under HEAD or one branch: git bundle create work.bundle HEAD",
}
"""Why a child may refuse, in the learner's words; a reason that is not here is no reason."""


def find_git() -> str | None:
    """Return where git is on this host, or None."""
    return shutil.which("git", path="/usr/bin:/bin:/usr/local/bin")


def read_patch(path: Path, wanted: tuple[str, ...], given: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files that may be changed as a patch or bundle leaves them, and its commit message.

    Args:
        path: the patch or bundle, or a folder that holds one.
        wanted: the files that may be changed.
        given: the pack's public data.

    Raises:
        SubmissionError: it does not apply, changes anything else, or is damaged or hostile.
        EngineError: git is not here.
    """
    file = _only_patch(path) if path.is_dir() and not path.is_symlink() else path
    with open_alone(file) as opened:
        content = opened.read(MAX_PATCH + 1)
    return patched(file.name, content, wanted, given)


def patched(name: str, content: bytes, wanted: tuple[str, ...], given: Mapping[str, bytes]) -> dict[str, bytes]:
    """As `read_patch`, of a patch that is in memory."""
    if not name.endswith((*PATCHES, *BUNDLES)):
        expected = ", ".join((*PATCHES, *BUNDLES))
        raise SubmissionError(f"found {printable(name)}; expected a patch or a git bundle, by its ending: {expected}")
    if len(content) > MAX_PATCH:
        raise SubmissionError(f"{printable(name)} is larger than {MAX_PATCH // MEGABYTE} MB, the most it may be")
    git = find_git()
    if git is None:
        raise EngineError("git is not installed on this host, and work of kind patch needs it: see `grader doctor`")
    request = {
        "kind": "bundle" if name.endswith(BUNDLES) else "patch",
        "git": git,
        "content": base64.b64encode(content).decode(),
        "given": {
            one.removeprefix(REPOSITORY): base64.b64encode(held).decode()
            for one, held in given.items()
            if one.startswith(REPOSITORY)
        },
        "wanted": {one: cap_of(one) for one in wanted},
    }
    answer = _ask_child(request)
    if answer is None:
        raise _unreadable(name)
    return _look_at(answer, name, wanted)


def _only_patch(folder: Path) -> Path:
    """Return the one patch or bundle of a folder."""
    with os.scandir(folder) as entries:
        found = sorted(entry.name for entry in entries if entry.name.endswith((*PATCHES, *BUNDLES)))
    if len(found) != 1:
        raise SubmissionError(f"found {len(found)} patches or bundles in the folder; expected one, such as work.patch")
    return folder / found[0]


def _ask_child(request: Mapping[str, object]) -> bytes | None:
    """Return all that the child said, or None when it died, was late or said too much."""
    folder = tempfile.mkdtemp(prefix="grader-patch-")
    try:
        if os.geteuid() == 0:
            os.chown(folder, _NOBODY, _NOBODY)
        with tempfile.TemporaryFile() as asked:
            asked.write(json.dumps(request).encode())
            asked.seek(0)
            command = [sys.executable, "-I", "-S", "-B", str(_CHILD)]
            try:
                child = subprocess.Popen(  # noqa: S603 - our own interpreter and file, no shell
                    command,
                    stdin=asked,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env={},
                    cwd=folder,
                    start_new_session=True,
                )
            except OSError as error:
                raise EngineError(f"cannot start the process that reads patches: {error.strerror}") from error
            most = MAX_TOTAL + _LONGEST_MESSAGE
            return said_by(child, most, time.monotonic() + _SECONDS, whole_group=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _look_at(answer: bytes, patch: str, wanted: tuple[str, ...]) -> dict[str, bytes]:
    """Take the answer apart, frame by frame."""
    files: dict[str, bytes] = {}
    for kind, name, content, last in frames_of(answer):
        if kind == _DONE and last:
            return files
        if kind == _REFUSED:
            raise _refusal(content, name, patch)
        if kind != _FILE or name in files or name not in {*wanted, MESSAGE}:
            break
        if len(content) > (_LONGEST_MESSAGE if name == MESSAGE else cap_of(name)):
            raise too_big(name)
        files[name] = content
    raise _unreadable(patch)


def _refusal(reason: bytes, name: str, patch: str) -> SubmissionError:
    """Return the child's reason in the learner's words."""
    if reason == b"big":
        return too_big(name)
    sentence = _SENTENCES.get(reason.decode("ascii", errors="replace"))
    return SubmissionError(" ".join(sentence.format(name=printable(name)).split())) if sentence else _unreadable(patch)


def _unreadable(patch: str) -> SubmissionError:
    """Return the refusal of what is damaged, or not what its name says."""
    return SubmissionError(f"{printable(patch)} cannot be read: is it damaged, or not what its ending says?")
