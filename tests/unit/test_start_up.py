"""The command line is there at once: what a command needs is imported when it is run, and for `--help` nothing is.

Processor time of children, side by side, since clocks say more about who else is at work than about us.
"""

from __future__ import annotations

import inspect
import os
import statistics
import subprocess
import sys

import typer

from grader.cli.commands import COMMANDS, app, load_all

MOST = 3.0
"""Times a Python that imports click and does nothing: the interpreter, the options, and a page of help drawn."""
ROUNDS = 9
HEAVY = {"alembic", "docker", "jinja2", "prometheus_client", "psycopg", "pydantic", "redis", "rich", "rq", "sqlalchemy"}


def cost(*command: str) -> float:
    """Return the processor time of a Python, in seconds."""
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return used.ru_utime + used.ru_stime


def test_help_costs_little_more_than_the_interpreter():
    """Promises that whoever types a command waits for what it does, not for what others of its kind need."""
    bare, ours = [], []
    for _ in range(ROUNDS):
        bare.append(cost("-c", "import click"))
        ours.append(cost("-m", "grader", "--help"))
    assert statistics.median(ours) <= MOST * statistics.median(bare), (sorted(ours), sorted(bare))


def test_help_imports_nothing_heavy():
    """The reason for the above, and what to look at first when it fails."""
    program = "import sys; from grader.cli import main\ntry: main()\nfinally: print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", program, "--help"], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in ended.stdout.splitlines()[-1].split()}
    assert loaded >= {"grader", "typer"}
    assert loaded & HEAVY == set()


def test_the_list_of_commands_is_what_the_commands_say_of_themselves():
    """Promises that none is missing from the list, in the wrong file, or described as it once was."""
    load_all()
    real = typer.main.get_group(app).commands
    said = {info.name or info.callback.__name__: info.callback for info in app.registered_commands}
    groups = {info.name: info.typer_instance.info.help for info in app.registered_groups}
    assert set(said) | set(groups) == set(COMMANDS) == set(real)
    for name, (holder, says) in COMMANDS.items():
        whole = groups[name] if name in groups else inspect.getdoc(said[name])
        assert whole.partition("\n\n")[0].replace("\n", " ") == says, name
        assert name in groups or said[name].__module__ == f"grader.cli.{holder}", name
