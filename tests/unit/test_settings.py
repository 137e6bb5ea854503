"""Settings come from few names; a misspelt one is refused, not ignored."""

import os
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.settings import BACK_ENDS, KNOWN, Settings, resource


def read(*more, **names):
    return Settings.from_environment(more, names)


def test_nothing_set_gives_the_defaults():
    known = read(PATH="/bin", GRADER_HOME="", GRADER_ASSIGNMENTS="")
    assert known.home.name == "grader"
    assert known.assignments == (resource("assignments"),)
    assert (known.image_base, known.secret_file) == ("", None)


def test_every_known_name_is_accepted(tmp_path):
    more = tmp_path / "more"
    more.mkdir()
    known = read(
        tmp_path,
        GRADER_HOME="~/somewhere",
        GRADER_ASSIGNMENTS=os.pathsep.join([str(more), "", str(more)]),
        GRADER_IMAGE_BASE="mirror.example.org:5000/python:3.11-slim@sha256:0",
        GRADER_SECRET_FILE="secret",  # noqa: S106 - a path
        GRADER_REDIS_URL="redis://localhost",
    )
    assert known.home == Path.home() / "somewhere"
    assert known.assignments == (resource("assignments"), more, tmp_path)
    assert known.secret_file == Path.cwd() / "secret"


def test_the_environment_of_this_process_is_the_default(monkeypatch, tmp_path):
    monkeypatch.setenv("GRADER_HOME", str(tmp_path))
    assert Settings.from_environment().home == tmp_path


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("GRADER_HOEM", "x", "did you mean GRADER_HOME?"),
        ("GRADER_ASSIGNMENT", "x", "did you mean GRADER_ASSIGNMENTS?"),
        ("GRADER_\x1b[2J", "x", "GRADER_\\x1b[2J in the environment"),
        ("GRADER_HOEM", "", "is no setting"),
        ("GRADER_ASSIGNMENTS", "/nowhere", "GRADER_ASSIGNMENTS: found '/nowhere', which is no folder"),
        ("GRADER_IMAGE_BASE", "a b; rm", "GRADER_IMAGE_BASE: found"),
        ("GRADER_IMAGE_BASE", "--privileged", "GRADER_IMAGE_BASE: found"),
        ("GRADER_HOME", "~nobody-of-that-name/x", "GRADER_HOME: found"),
        ("GRADER_SECRET_FILE", "a\0b", "GRADER_SECRET_FILE: found"),
    ],
)
def test_what_cannot_be_is_refused(name, value, says):
    with pytest.raises(UsageError) as refused:
        read(**{name: value})
    assert says in str(refused.value)
    assert str(refused.value).isprintable()


def test_a_folder_that_is_not_there_is_refused_from_the_command_line_too():
    with pytest.raises(UsageError, match="--assignments"):
        read(Path("/nowhere"))


def test_all_misspelt_names_are_told_at_once():
    with pytest.raises(UsageError) as refused:
        read(GRADER_A="", GRADER_B="")
    assert len(str(refused.value).splitlines()) == 2


def test_every_name_says_what_it_is_for():
    assert all(name.startswith("GRADER_") and sentence for name, sentence in KNOWN.items())


@pytest.mark.parametrize("name", ["assignments", "rubrics", "sandbox", "reports/templates", "reports/verify"])
def test_tracked_folders_are_found(name):
    assert resource(name).is_dir()


def test_a_sandbox_that_there_is_none_of_is_refused(tmp_path):
    """With the nearest there is; the right ones are taken."""
    with pytest.raises(UsageError, match="embedded"):
        Settings.from_environment(environment={"GRADER_SANDBOX": "embeded"})
    for name in (*BACK_ENDS, ""):
        assert Settings.from_environment(environment={"GRADER_SANDBOX": name}).sandbox == name
