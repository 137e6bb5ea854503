"""From what a learner hands in to a Submission: the story of the intake.

Only the declared files are taken, as regular files, by value. Whatever loads by itself (`conftest.py`,
`sitecustomize.py`, `.pth`), links and devices therefore never come further than this.
"""

from __future__ import annotations

import io
import stat
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from grader.canonical import digest_tree
from grader.errors import SubmissionError
from grader.intake.archive import ARCHIVES, read_archive
from grader.intake.folder import open_alone, read_folder, read_open
from grader.intake.measure import MAX_TOTAL, MEGABYTE, cap_of, listed, missing, printable, too_big
from grader.intake.patch import patched, read_patch
from grader.model import MESSAGE, Assignment, Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What was handed in, sorted.

    Attributes:
        submission: what was taken.
        ignored: names of what was not, printable, the last one perhaps `and 12 more`.
    """

    submission: Submission
    ignored: tuple[str, ...]


def freeze(path: Path, assignment: Assignment, given: Mapping[str, bytes] | None = None) -> Submission:
    """Return the Submission that lies at `path`: a file, a folder, a notebook, an archive, a patch or a bundle.

    Args:
        path: what is handed in.
        assignment: what was asked.
        given: the pack's public data, to which a patch is applied.

    Raises:
        SubmissionError: it cannot be accepted; the sentence says why, to the learner.
    """
    return take(path, assignment, given).submission


def take(path: Path, assignment: Assignment, given: Mapping[str, bytes] | None = None) -> Intake:
    """As `freeze`, and tell what was left behind.

    Raises:
        SubmissionError: it cannot be accepted.
    """
    wanted = (*assignment.files, *assignment.optional_files)
    if assignment.kind == "patch":
        return Intake(submission=_accept(read_patch(path, wanted, given or {}), (), assignment), ignored=())
    files, ignored = _read(path, wanted, assignment.files)
    return Intake(submission=_accept(files, ignored, assignment), ignored=listed(ignored))


def freeze_files(
    files: Mapping[str, bytes], assignment: Assignment, given: Mapping[str, bytes] | None = None
) -> Submission:
    """Return the Submission among files that are in memory, such as an example's, by the same rules.

    Raises:
        SubmissionError: it cannot be accepted.
    """
    wanted = (*assignment.files, *assignment.optional_files)
    if assignment.kind == "patch":
        if len(files) != 1:
            raise SubmissionError(f"found {len(files)} files; expected one patch or git bundle")
        ((name, content),) = files.items()
        return _accept(patched(name, content, wanted, given or {}), (), assignment)
    taken = {name: content for name, content in files.items() if name in wanted}
    for name, content in taken.items():
        if len(content) > cap_of(name):
            raise too_big(name)
    return _accept(taken, tuple(name for name in files if name not in wanted), assignment)


def _accept(files: Mapping[str, bytes], ignored: tuple[str, ...], assignment: Assignment) -> Submission:
    """Freeze the files that were taken, if they are all there and can be what they should."""
    for name in assignment.files:
        if name not in files:
            raise missing(name, ignored, files)
    if sum(map(len, files.values())) > MAX_TOTAL:
        raise SubmissionError(f"the files are larger than {MAX_TOTAL // MEGABYTE} MB together, the most they may be")
    for name, content in files.items():
        if name.endswith(".py"):
            _look_at_source(name, content)
        elif name.endswith(".md"):
            _look_at_text(name, content)
    kept = {name: files[name] for name in sorted(files)}
    return Submission(files=kept, digest=digest_tree(kept))


def _read(
    path: Path, wanted: tuple[str, ...], required: tuple[str, ...]
) -> tuple[Mapping[str, bytes], tuple[str, ...]]:
    """Return the wanted files at `path`, and the names of the others."""
    try:
        mode = path.lstat().st_mode
    except (OSError, ValueError) as error:
        raise SubmissionError(f"{printable(str(path))} cannot be found") from error
    if stat.S_ISDIR(mode):
        return read_folder(path, wanted)
    if stat.S_ISLNK(mode):
        raise SubmissionError(f"{printable(str(path))} is a link; hand in what it points to")
    if not stat.S_ISREG(mode):
        raise SubmissionError(f"{printable(str(path))} is neither a file nor a folder")
    if path.name not in wanted and path.name.lower().endswith(ARCHIVES):
        return read_archive(path, wanted)
    name = _name_for(path.name, required, wanted)
    with open_alone(path) as file:
        return {name: read_open(file, name)}, ()


def _name_for(given: str, required: tuple[str, ...], wanted: tuple[str, ...]) -> str:
    """Return the declared name of a single file: its own, or the only one there is of its kind."""
    if given in wanted:
        return given
    if len(required) == 1 and PurePosixPath(given).suffix.lower() == PurePosixPath(required[0]).suffix:
        return required[0]
    raise missing(required[0], (given,))


def program_of(files: Mapping[str, bytes], assignment: Assignment, given: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Return what of an example's files is judged as a program; none of an example that cannot be accepted.

    Of a patch that is what it makes of the given files. Its message says nothing of whose work it is.
    """
    if assignment.kind != "patch":
        return files
    try:
        made = freeze_files(files, assignment, given).files
    except SubmissionError:
        return {}
    return without_message(made)


def without_message(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files of a submission but the message that came with a patch."""
    return {name: content for name, content in files.items() if name != MESSAGE}


def _look_at_text(name: str, content: bytes) -> None:
    """Refuse what is not text in UTF-8."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SubmissionError(f"{name} is not text in UTF-8; save it as UTF-8") from error
    if "\0" in text:
        raise SubmissionError(f"{name} holds a NUL byte; is it really text?")


def _look_at_source(name: str, content: bytes) -> None:
    """Refuse what is not plainly Python text in UTF-8.

    A declared encoding other than UTF-8 would let one file be two programs: one that is read, another that runs.
    Python knows three line ends, `tokenize` one, so all are made that one first.
    """
    try:
        content.decode("utf-8")
        lines = io.BytesIO(content.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
        encoding, _ = tokenize.detect_encoding(lines.readline)
    except (UnicodeDecodeError, SyntaxError) as error:
        raise SubmissionError(f"{name} is not text in UTF-8; save it as UTF-8") from error
    if encoding not in {"utf-8", "utf-8-sig"}:
        raise SubmissionError(f"{name} declares the encoding {printable(encoding)}; save it as UTF-8, without the line")
    if b"\0" in content:
        raise SubmissionError(f"{name} holds a NUL byte; is it really Python text?")
