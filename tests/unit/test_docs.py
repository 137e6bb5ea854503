"""The documentation says everything there is, and nothing that is not there.

What there is comes from the program itself: the typer application, the records of `grader.model`, the names in
`grader.settings` and `grader.errors`. Each rule is a function from text to sentences, with a positive control.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pytest
import typer

from grader import catalog, errors, settings
from grader.catalog.example import Expectation
from grader.catalog.shape import CHECKS, records_in
from grader.cli.commands import app, load_all
from grader.model import FAMILIES_OF_ERROR, Assignment, Check, Rubric, State, Word

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])

TICKED = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"(?<!\\)\]\(([^)\s]+)\)")
HEADING = re.compile(r"^(#{1,6}) +(.+?) *$", re.MULTILINE)
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAMED_FENCE = re.compile(r"^`([\w./-]+)`:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OUR_FOLDERS = ("assignments/", "docs/", "grader/", "reports/", "rubrics/", "sandbox/", "scripts/", "tests/")


# --- reading pages ----------------------------------------------------------------------------------------------------


def sections(text: str) -> dict[str, str]:
    """Return the text under each heading, up to the next heading of any level; code is no heading."""
    found: dict[str, str] = {}
    heading, inside = "", False
    for line in text.splitlines(keepends=True):
        inside ^= line.startswith("```")
        if not inside and (match := HEADING.match(line)):
            heading = match[2]
        found[heading] = found.get(heading, "") + line
    return found


def ticked(text: str) -> set[str]:
    """Return everything that is set in backquotes, first words of it too (`--json FILE` is `--json`)."""
    spans = TICKED.findall(FENCE.sub("", text))
    return {*spans, *(span.split()[0] for span in spans if span.split())}


def rows(text: str) -> dict[str, list[str]]:
    """Return the rows of a section's tables by what is ticked in their first cell."""
    found = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and (match := TICKED.fullmatch(cells[0])):
            found[match[1]] = cells
    return found


def anchor(heading: str) -> str:
    """Return the anchor that a heading gets on the usual forges."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


# --- the rules --------------------------------------------------------------------------------------------------------


def missing_from(names: set[str] | frozenset[str], text: str) -> list[str]:
    """Names that a page does not set in backquotes."""
    return sorted(names - ticked(text))


def undocumented_commands(command: Any, text: str, path: str = "grader") -> list[str]:
    """Commands without a section, and arguments or options that their section does not name."""
    by_heading = sections(text)
    found = []
    if path not in by_heading and not hasattr(command, "commands"):
        found.append(f"{path} has no section")
    names = ticked(by_heading.get(path, ""))
    for parameter in command.params:
        if parameter.param_type_name == "argument":
            wanted = [parameter.metavar or parameter.name]
        else:
            wanted = [name for name in (*parameter.opts, *parameter.secondary_opts) if name.startswith("--")]
        found += [f"{path}: {name} is not described" for name in wanted if name not in names]
    for name, inner in getattr(command, "commands", {}).items():
        found += undocumented_commands(inner, text, f"{path} {name}")
    return found


def options_that_are_not(command: Any, text: str) -> list[str]:
    """Sections of commands, and options in them, that the program does not know."""
    known: dict[str, set[str]] = {}

    def learn(inner: Any, path: str) -> None:
        names = {name for one in inner.params for name in (*one.opts, *one.secondary_opts)}
        known[path] = names | {"--help", "-h"}
        for name, one in getattr(inner, "commands", {}).items():
            learn(one, f"{path} {name}")

    learn(command, "grader")
    found = []
    for heading, body in sections(text).items():
        if heading.startswith("grader") and heading not in known:
            found.append(f"there is no command {heading}")
        stated = {name for name in rows(body) for name in name.split() if name.startswith("--")}
        found += [f"{heading} has no option {name}" for name in sorted(stated - known.get(heading, stated))]
    return found


def wrong_keys(tables: dict[str, tuple[str, ...]], text: str) -> list[str]:
    """Pack keys without a row in the section of their table, and rows without a key."""
    by_heading = sections(text)
    found = []
    for place, keys in tables.items():
        body = by_heading.get(place, "")
        described = set(rows(body)) or ticked(body)
        found += [f"{place}: {key} is not described" for key in keys if key not in described]
        found += [f"{place}: there is no key {key}" for key in set(rows(body)) - set(keys)]
    return found


def wrong_defaults(records: dict[str, Any], text: str) -> list[str]:
    """Rows whose default is not the record's."""
    by_heading = sections(text)
    found = []
    for place, record in records.items():
        described = rows(by_heading.get(place, ""))
        for field in dataclasses.fields(record):
            if field.name in described and described[field.name][2].strip("`") not in defaults(field):
                stated = described[field.name][2]
                found.append(f"{place}: {field.name} says {stated}, expected one of {defaults(field)}")
    return found


def defaults(field: dataclasses.Field[Any]) -> tuple[str, ...]:
    """Return how a page may say a field's default."""
    if field.default_factory is not dataclasses.MISSING:
        return ("see below",) if dataclasses.is_dataclass(field.default_factory) else (str(field.default_factory()),)
    value = field.default
    said: dict[type, tuple[str, ...]] = {
        type(dataclasses.MISSING): ("required",),
        type(None): ("none", "the assignment's"),
        bool: (str(value).lower(),),
        str: (f'"{value}"',),
        Fraction: (f'"{value}"', str(value)),
        tuple: ("[]",),
    }
    return said.get(type(value), (str(value),))


def dead_links(page: Path, text: str) -> list[str]:
    """Relative links to files that are not there, and to headings that are not in them."""
    found = []
    for link in LINK.findall(FENCE.sub("", text)):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, fragment = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or not target.is_relative_to(ROOT):
            found.append(f"{page.relative_to(ROOT)}: {link} leads nowhere")
        elif fragment and fragment not in {anchor(heading) for heading in sections(_text_of(target, page, text))}:
            found.append(f"{page.relative_to(ROOT)}: {link}: no such heading")
    return found


def _text_of(target: Path, page: Path, text: str) -> str:
    return text if target == page else target.read_text(encoding="utf-8")


def dead_paths(text: str) -> list[str]:
    """Files of the repository that a page names in backquotes and that are not there."""
    found = []
    for span in TICKED.findall(FENCE.sub("", text)):
        path, _, test = span.partition("::")
        if not path.startswith(OUR_FOLDERS) or re.search(r"[\s<>*…:]", path):
            continue
        for one in _alternatives(path):
            if not (ROOT / one).exists():
                found.append(f"{one} is not there")
            elif test and f"def {test}(" not in (ROOT / one).read_text(encoding="utf-8"):
                found.append(f"{one} has no test {test}")
    return found


def _alternatives(path: str) -> list[str]:
    match = re.fullmatch(r"(.*)\{(.*)\}(.*)", path)
    return [match[1] + part + match[3] for part in match[2].split(",")] if match else [path]


def commands_in(text: str) -> Iterator[str]:
    """Yield the lines of a page's shell blocks, comments taken off."""
    for language, body in FENCE.findall(text):
        if language == "sh":
            yield from filter(None, (line.partition("#")[0].strip() for line in body.splitlines()))


def unknown_targets(text: str, makefile: str) -> list[str]:
    """`make` commands of a page that the Makefile does not have."""
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    spans = [*commands_in(text), *TICKED.findall(FENCE.sub("", text))]
    asked = {word[1] for word in (span.split() for span in spans) if len(word) > 1 and word[0] == "make"}
    return sorted(asked - targets)


def unknown_commands(text: str, command: Any) -> list[str]:
    """`grader` commands of a page's shell blocks that the program does not know, or with options it does not."""
    found = []
    for line in commands_in(text):
        words = line.split()
        if words[0].rpartition("/")[2] != "grader":
            continue
        at, rest = command, words[1:]
        while rest and rest[0] in getattr(at, "commands", {}):
            at, rest = at.commands[rest[0]], rest[1:]
        options = {name for parameter in at.params for name in parameter.opts} | {"--help", "-h"}
        if hasattr(at, "commands") and rest and not rest[0].startswith("-"):
            found.append(f"{line}: no command {rest[0]}")
        found += [f"{line}: no option {word}" for word in rest if word.startswith("--") and word not in options]
    return found


# --- what there is ----------------------------------------------------------------------------------------------------


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def reference(name: str) -> str:
    return (REFERENCE / f"{name}.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def program() -> Any:
    load_all()
    return typer.main.get_command(app)


def exceptions() -> set[str]:
    """Return the names of the exception tree."""
    kinds = (kind for _, kind in inspect.getmembers(errors, inspect.isclass))
    return {kind.__name__ for kind in kinds if issubclass(kind, errors.GraderError)}


def exit_codes() -> set[int]:
    """Return every exit code that `grader.errors` gives a meaning."""
    constants = {value for name, value in vars(errors).items() if name.isupper() and isinstance(value, int)}
    return constants | {getattr(errors, name).exit_code for name in exceptions()}


def pack_records() -> dict[str, Any]:
    """Return every record that a pack's files fill, by the place that `catalog.keys` names."""
    found: dict[str, Any] = {}

    def visit(place: str, record: Any) -> None:
        found[place] = record
        for key, hint in get_type_hints(record).items():
            inner = list(records_in(hint))
            if len(inner) == 1:
                visit(f"{place} {key}", inner[0])

    visit("assignment.toml", Assignment)
    visit("rubric.toml", Rubric)
    for kind, record in CHECKS.items():
        visit(f"rubric.toml checks {kind}", record)
    visit("expect.toml", Expectation)
    return found


# --- the docs as they are ---------------------------------------------------------------------------------------------


def test_every_command_and_option_is_documented(program: Any) -> None:
    """Promises that `docs/reference/cli.md` names every command, argument and option."""
    assert undocumented_commands(program, reference("cli")) == []


def test_no_command_or_option_is_made_up(program: Any) -> None:
    """Promises that what the reference names can be typed."""
    assert options_that_are_not(program, reference("cli")) == []


def test_every_setting_is_documented() -> None:
    """Promises that every name in the environment has a row, and that no row is of another."""
    described = rows(reference("settings"))
    assert set(described) == set(settings.KNOWN)


def test_every_pack_key_is_documented() -> None:
    """Promises a row for each key of each table, and no row for a key that would be refused."""
    assert wrong_keys(catalog.keys(), reference("pack")) == []


def test_every_default_is_documented_as_it_is() -> None:
    """Promises that a key left out means what the reference says."""
    assert wrong_defaults(pack_records(), reference("pack")) == []


def test_every_choice_of_a_key_is_documented() -> None:
    """Promises that every word a key may have stands in its row."""
    by_heading = sections(reference("pack"))
    missing = [
        f"{place}: {key}: {choice!r}"
        for place, record in pack_records().items()
        for key, hint in get_type_hints(record).items()
        if str(get_origin(hint)) == "typing.Literal"
        for choice in get_args(hint)
        if choice != "" and str(choice) not in rows(by_heading[place])[key][1].replace('"', "")
    ]
    assert missing == []


def test_outcomes_errors_and_exit_codes_are_documented() -> None:
    """Promises that every word of a report, every family, state and exception is explained."""
    text = reference("errors")
    words = {word.value for word in Word} | set(FAMILIES_OF_ERROR) | {state.value for state in State}
    assert missing_from(words | exceptions(), text) == []
    assert {str(code) for code in exit_codes()} <= {
        line.strip("|").split("|")[0].strip() for line in sections(text)["Exit codes"].splitlines() if "|" in line
    }


def test_the_drawn_tree_of_errors_is_the_tree() -> None:
    """Promises that the exit code drawn beside each exception is the one it has."""
    drawn = re.findall(r"[├└]── (\w+) +(\d)", reference("errors"))
    assert {name: int(code) for name, code in drawn} == {
        name: getattr(errors, name).exit_code for name in exceptions() - {"GraderError"}
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_and_paths_lead_somewhere(page: Path) -> None:
    """Promises that every relative link, and every file of ours that is named, is there."""
    text = page.read_text(encoding="utf-8")
    assert dead_links(page, text) == []
    assert dead_paths(text) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_of_a_page_exist(page: Path, program: Any) -> None:
    """Promises that what a page tells a reader to type is known to make and to grader."""
    text = page.read_text(encoding="utf-8")
    assert unknown_targets(text, read("Makefile")) == []
    assert unknown_commands(text, program) == []


def test_the_readme_begins_with_two_commands() -> None:
    """Promises that a bare machine needs `make demo` and `make test`, and nothing before them."""
    assert list(commands_in(read("README.md")))[:2] == ["make demo", "make test"]


def test_the_readme_names_every_kind_of_work_and_of_check() -> None:
    """Promises that a newcomer reads what can be handed in and how it is judged, and that nothing new is left out."""
    kinds = set(get_args(get_type_hints(Assignment)["kind"]))
    checks = {get_args(get_type_hints(record)["kind"])[0] for record in get_args(Check)}
    assert len(kinds) > 1 < len(checks)
    assert missing_from(kinds | checks, read("README.md")) == []


def guide_pack(folder: Path) -> Path:
    """Write the pack of the author's guide, file by file as printed, and return the folder of packs."""
    for name, content in NAMED_FENCE.findall(read("docs/guides/author.md")):
        path = folder / "median-and-stack" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


def test_the_pack_of_the_guide_is_a_pack(tmp_path: Path) -> None:
    """Promises that an author who types the guide's files has a pack that is accepted, with its examples."""
    root = guide_pack(tmp_path)
    pack = catalog.load("median-and-stack", [root])
    examples = catalog.examples("median-and-stack", [root])
    assert list(pack.rubric.checks) == ["median", "stack"]
    assert [example.name for example in examples] == ["reference", "starter", "wrong-even-lists"]


@pytest.mark.docker
def test_the_examples_of_the_guide_are_as_expected(tmp_path: Path) -> None:
    """Promises that `grader check` is green for the guide's pack, as the guide prints it."""
    done = subprocess.run(
        [sys.executable, "-m", "grader", "check", "median-and-stack", "--assignments", str(guide_pack(tmp_path))],
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for line in ("reference  10 points", "starter  0 points", "wrong-even-lists  38/5 points"):
        assert line in done.stdout
        assert line in read("docs/guides/author.md")


# --- the rules catch what they are for --------------------------------------------------------------------------------


def test_a_forgotten_command_or_option_is_caught(program: Any) -> None:
    """Promises that the rule on commands sees."""
    text = reference("cli")
    assert "grader check: --reports is not described" in undocumented_commands(
        program, text.replace("`--reports", "`--r")
    )
    assert "grader show has no section" in undocumented_commands(program, text.replace("## grader show", "## show"))
    assert "grader check has no option --r" in options_that_are_not(program, text.replace("`--reports", "`--r"))
    assert "there is no command grader demo" in options_that_are_not(
        program, text.replace("grader show", "grader demo")
    )


def test_a_forgotten_key_or_default_is_caught() -> None:
    """Promises that the rules on pack keys see."""
    text = reference("pack")
    assert "rubric.toml: pass_mark is not described" in wrong_keys(catalog.keys(), text.replace("`pass_mark`", "`pas`"))
    assert "rubric.toml: there is no key pas" in wrong_keys(catalog.keys(), text.replace("`pass_mark`", "`pas`"))
    assert wrong_defaults(pack_records(), text.replace('`"python-core"`', '`"python"`'))
    assert missing_from({"PASSED", "PROUD"}, reference("errors")) == ["PROUD"]


def test_a_dead_link_or_path_is_caught() -> None:
    """Promises that the rules on links see."""
    page = ROOT / "README.md"
    assert dead_links(page, "[x](docs/nowhere.md)")
    assert dead_links(page, "[x](docs/glossary.md#no-such-heading)")
    assert dead_links(page, "[x](../outside.md)")
    assert not dead_links(page, "[x](https://example.org) [y](docs/glossary.md#glossary)")
    assert dead_paths(
        "`grader/nowhere.py` `sandbox/runner/{frames,nothing}.py` `tests/unit/test_docs.py::test_none`"
    ) == [
        "grader/nowhere.py is not there",
        "sandbox/runner/nothing.py is not there",
        "tests/unit/test_docs.py has no test test_none",
    ]


def test_a_made_up_command_is_caught(program: Any) -> None:
    """Promises that the rules on shell blocks see."""
    assert unknown_targets("```sh\nmake gold\n```\n", "test: ## x\n") == ["gold"]
    assert unknown_commands("```sh\ngrader sumbit x y\ngrader submit x y --gold\n```\n", program) == [
        "grader sumbit x y: no command sumbit",
        "grader submit x y --gold: no option --gold",
    ]
