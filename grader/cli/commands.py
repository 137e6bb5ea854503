"""The application, and which file holds which command: a file is imported when one of its commands is run.

Most of what a command needs takes longer to import than `grader --help` takes to print, so a command's one sentence
stands here as well as in its file; a test holds the two together.
"""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from grader import __version__

COMMANDS = {
    "list": ("learner", "List the assignments there are."),
    "show": ("learner", "Show the brief of an assignment and how it is judged."),
    "start": ("learner", "Hand out brief, starter and public data of an assignment."),
    "submit": (
        "learner",
        "Submit your work and have it graded. Exits with 0 when it passed, 1 when it did not, 6 when it is in line.",
    ),
    "report": (
        "learner",
        "Show the report of an attempt. Exits with 6 while there is none, and says where the attempt stands.",
    ),
    "regrade": (
        "learner",
        "Grade an attempt again and compare. Exits with 0 when the findings are the same, 1 when they differ.",
    ),
    "check": (
        "author",
        "Grade the examples of packs and compare with their expect.toml. Exits with 1 when one differs.",
    ),
    "batch": (
        "batch",
        "Grade a folder of submissions, one for each learner. Exits with 0 when all could be graded, passed or not.",
    ),
    "review": ("review", "Work that a person judges."),
    "work": (
        "queue",
        "Work: grade what is in the queue until stopped. Ctrl-C stops when running jobs are done; once more, at once.",
    ),
    "up": (
        "queue",
        "Bring up all that one machine needs: a Redis of its own, unless GRADER_REDIS_URL names one, and workers.",
    ),
    "queue": ("queue", "Show the lanes, who is at work, and what waits for a person."),
    "retry": ("queue", "Line up again what waits for a person."),
    "course": ("queue", "Show what a course says about its attempts, or change it."),
    "certify": (
        "certificates",
        "Certify a graded attempt and write its bundle. Exits with 1 when something speaks against it, and says what.",
    ),
    "verify": (
        "certificates",
        "Say what a certificate establishes, and what not. Exits with 0 established, 1 refused, 6 cannot tell.",
    ),
    "certifier": ("certifier", "Be the certifier: take what is asked for by `grader certify` until stopped."),
    "revoke": (
        "status",
        "Revoke a certificate for good. The ledger has it first; then a new status list is signed, logged and written.",
    ),
    "suspend": (
        "status",
        "Suspend a certificate until it is reinstated. Ledger and status list follow each other as in `revoke`.",
    ),
    "reinstate": (
        "status",
        "End the suspension of a certificate. Ledger and status list follow each other as in `revoke`.",
    ),
    "skills": ("certificates", "Show which skills and tracks a learner has, and what is missing."),
    "keys": ("ledger", "The keys of whoever certifies."),
    "ledger": ("ledger", "The ledger of what was certified."),
    "images": ("images", "The images that boxes are made of."),
    "doctor": (
        "machine",
        "Say what is missing on this machine, and how to mend it. Ends with 5 when grading is not possible.",
    ),
    "reap": (
        "machine",
        "Remove boxes whose engine is dead or whose deadline has passed. Safe at any time; for a timer, or by hand.",
    ),
    "backup": (
        "keeper",
        "Write all that is in the store, and the installation secret, into one file. Others may go on working.",
    ),
    "restore": (
        "keeper",
        "Put a backup into an empty store, whichever database it came from. It is checked before anything is written.",
    ),
    "prune": (
        "keeper",
        "Remove attempts older than some days, and all that belongs to them. What waits to be graded stays.",
    ),
    "erase": (
        "keeper",
        "Erase a learner: all that is kept of them here and in the ledger's private parts. Nothing brings it back.",
    ),
}
"""Every command in the order of the help: the file that holds it, and the first paragraph of what it says of itself."""


class Listed(TyperGroup):
    """Commands of which the help shows the first paragraph, not as much of it as fits into a line."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for command in self.commands.values():
            command.short_help = command.short_help or (command.help or "").partition("\n\n")[0]


class Commands(Listed):
    """The commands there are, each a sentence only until it is run."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        known = self.commands
        self.commands = {
            name: known.get(name) or TyperCommand(name=name, short_help=says) for name, (_, says) in COMMANDS.items()
        }

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that is asked for, from its file."""
        name = args[0]
        if name in COMMANDS:
            import_module(f"{__package__}.{COMMANDS[name][0]}")
            self.commands[name] = typer.main.get_group(app).commands[name]
        return super().resolve_command(ctx, args)


app = typer.Typer(
    name="grader",
    cls=Commands,
    help="Grades what learners submit, where nobody else's code runs.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: what draws it in boxes takes twice as long to import as all the rest
    context_settings={"help_option_names": ["-h", "--help"]},
)


def load_all() -> None:
    """Import the file of every command, for who wants to know all of their options."""
    for holder, _ in COMMANDS.values():
        import_module(f"{__package__}.{holder}")


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - a callback of typer's
    if wanted:
        typer.echo(f"grader {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[  # noqa: FBT002 - typer reads options so
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Grades what learners submit, where nobody else's code runs."""
