"""How a pack is loaded, from where it lies to the record that all others read: the story of the catalog."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from grader.canonical import digest_bytes, digest_tree
from grader.catalog import assignment_rules, build_rules, rubric_rules
from grader.catalog.document_rules import file_of
from grader.catalog.example import EXPECT, Example, examples_in
from grader.catalog.measure_rules import look_at_measures_of
from grader.catalog.place import ASSIGNMENT, RUBRIC, Place, find
from grader.catalog.sheet import MAX_TOML, Sheet, read, settle
from grader.catalog.strict import fill
from grader.catalog.tree import files_under, is_folder, within
from grader.errors import AuthorError
from grader.model import MESSAGE, Assignment, Document, Pack, Rubric

BRIEF = "README.md"
MOST_KNOWN = 4
"""Packs that are remembered with all their files, as many as a worker keeps (`pinned.pack_in`)."""


@dataclass(frozen=True, slots=True)
class _Written:
    """A pack as it is written down: where it lies, its files, its rubric and its reference."""

    place: Place
    files: dict[str, bytes]
    rubric: bytes
    reference: Mapping[str, bytes]

    def __hash__(self) -> int:
        return hash(self.place)


def load(slug: str, roots: Iterable[Path]) -> Pack:
    """Return the pack `slug`, read strictly.

    The digest covers all its files but the examples, Python's caches, dot files and the rubric; the rubric has a
    digest of its own, so that a pack means the same wherever its rubric lies.

    Raises:
        UsageError: there is none of this name.
        AuthorError: with every problem of both files, each with its line and key.
    """
    return _understood(_written(slug, roots))


def load_bundled(slug: str, roots: Iterable[Path]) -> tuple[Pack, dict[str, bytes]]:
    """Return the pack `slug`, and all files that loading it takes, by path from a folder that holds `assignments`.

    Of its examples only the reference is among them: judging may have to ask it.

    Raises:
        UsageError: there is none of this name.
        AuthorError: as for `load`.
    """
    written = _written(slug, roots)
    files = written.files | {f"examples/reference/{name}": content for name, content in written.reference.items()}
    bundle = {f"assignments/{slug}/{name}": content for name, content in files.items()}
    return _understood(written), bundle | {f"rubrics/{slug}.toml": written.rubric}


def examples(slug: str, roots: Iterable[Path]) -> tuple[Example, ...]:
    """Return the golden submissions of the pack `slug`, in order of name.

    Raises:
        UsageError: there is no such pack.
        AuthorError: naming every problem of every `expect.toml`.
    """
    return examples_in(find(slug, roots).folder)


def _written(slug: str, roots: Iterable[Path]) -> _Written:
    """Read a pack's files, each once."""
    place = find(slug, roots)
    files = files_under(place.folder, leave_out=frozenset({"examples", RUBRIC}))
    if ASSIGNMENT not in files:
        raise AuthorError(f"{place.folder / ASSIGNMENT}: is missing; expected what the learner is asked")
    return _Written(place, files, _bytes_of(place.rubric), _reference(place.folder))


@lru_cache(maxsize=MOST_KNOWN)
def _understood(written: _Written) -> Pack:
    """Return the pack that files hold; remembered by all of them, for whoever takes in a whole course.

    Raises:
        AuthorError: with every problem.
    """
    place, files = written.place, written.files
    problems = assignment_rules.about_slug(place.folder, place.slug)
    asked = read(str(place.folder / ASSIGNMENT), files[ASSIGNMENT])
    judged = read(str(place.rubric), written.rubric)
    assignment, rubric = _assignment(asked), _rubric(judged, within(files, "hidden"), written.reference)
    if assignment is not None and rubric is not None:
        build_rules.look_at_checks(judged, rubric, assignment)
        _look_at_documents(judged, rubric, assignment)
        look_at_measures_of(judged, rubric, assignment)
    brief = _brief(place.folder, files, problems)
    if assignment is not None and assignment.kind == "patch" and not within(files, "data/repository"):
        problems.append(f"{place.folder / 'data/repository'}: is missing; expected the files that are to be patched")
    settle([*problems, *asked.problems, *judged.problems])
    if assignment is None or rubric is None:
        raise AuthorError(f"{place.folder}: cannot be read")
    return Pack(
        slug=place.slug,
        assignment=assignment,
        rubric=rubric,
        brief=brief,
        starter=within(files, "starter"),
        data=within(files, "data"),
        hidden=within(files, "hidden"),
        digest=digest_tree(files),
        rubric_digest=digest_bytes(written.rubric),
        reference=written.reference,
    )


def _reference(folder: Path) -> Mapping[str, bytes]:
    """Return the files of the reference, or none where an author has not written it yet."""
    reference = folder / "examples" / "reference"
    there = is_folder(reference.parent, folder) and is_folder(reference, folder)
    files = files_under(reference) if there else {}
    return {name: content for name, content in files.items() if name != EXPECT}


def _bytes_of(path: Path) -> bytes:
    """Read a file of TOML, or as much of a larger one as shows that it is too large."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_TOML + 1)
    except OSError as error:
        raise AuthorError(f"{path}: cannot be read: {error.strerror}") from error


def _assignment(sheet: Sheet) -> Assignment | None:
    """Return what is asked, looked at closely."""
    assignment = fill(sheet, Assignment)
    if assignment is not None:
        assignment_rules.look(sheet, assignment)
    return assignment


def _rubric(sheet: Sheet, hidden: Mapping[str, bytes], reference: Mapping[str, bytes]) -> Rubric | None:
    """Return how it is judged, looked at closely, the files it names included."""
    rubric_rules.look_at_kinds(sheet)
    rubric = fill(sheet, Rubric)
    if rubric is not None:
        rubric_rules.look(sheet, rubric, hidden, reference)
    return rubric


def _look_at_documents(sheet: Sheet, rubric: Rubric, assignment: Assignment) -> None:
    """Write down checks on files that nobody hands in: each file alone cannot tell."""
    names = {*assignment.files, *assignment.optional_files}
    names |= {MESSAGE} if assignment.kind == "patch" else set()
    for name, check in rubric.checks.items():
        if isinstance(check, Document) and (problem := file_of(check, names)):
            sheet.problem(("checks", name, "file"), problem)


def _brief(folder: Path, files: Mapping[str, bytes], problems: list[str]) -> str:
    """Return the README."""
    try:
        text = files[BRIEF].decode()
    except KeyError:
        problems.append(f"{folder / BRIEF}: is missing; expected the brief, as the learner reads it")
    except UnicodeDecodeError:
        problems.append(f"{folder / BRIEF}: found bytes that are not UTF-8; expected Markdown in UTF-8")
    else:
        if text.strip():
            return text
        problems.append(f"{folder / BRIEF}: found an empty file; expected the brief, as the learner reads it")
    return ""
