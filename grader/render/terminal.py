"""A report in a terminal; the only file besides grader.cli that imports Rich.

Rich would read `[red]` or `:smile:` in a title as its own markup, so nothing that comes from a record is ever printed
as a string: it becomes a `Text`, which has no markup, after `printable` has taken the escape sequences out. Colour only
repeats what a word says. In a pipe there is neither colour nor wrapping: one fact, one line.
"""

from __future__ import annotations

from fractions import Fraction

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from grader.model import (
    FunctionComplexity,
    LearnerCheck,
    LearnerCriterion,
    LearnerFigure,
    LearnerReport,
    Report,
    Score,
    Verdict,
    Word,
)
from grader.render import drawing, words
from grader.render.text import printable

STYLES: dict[words.Tone, str] = {
    "pass": "green",
    "part": "yellow",
    "fail": "red",
    "wait": "blue",
    "none": "dim",
}
DASH = words.MARKS[Word.PARTIAL].symbol
PLAIN = {"✓": "+", "✕": "x", DASH: "-", "…": ".", "█": "#", "░": "."}
"""What stands for our own signs where the terminal knows ASCII only."""

BAR, FACTS, ITEMS = 20, 2, 4
"""How long a bar is, and how far facts and items are indented."""

LONGEST, DETAIL_LINES = 500, 12
"""Characters of one line, and lines of one detail; the page shows more."""


def learner_summary(report: LearnerReport, console: Console) -> None:
    """Print what a learner is shown: the answer, the next step, criterion by criterion."""
    about = "an example, graded under the published secret: not an attempt"
    _title(report.title, about if report.published_secret else f"attempt {report.number}", console)
    if report.received_at:
        _say(console, 0, "received ", words.when(report.received_at), style="dim")
    if report.known_example:
        _say(console, 0, "Known example: the same program as one that ships with this assignment; never certified")
    _answer(report.score, words.headline(report.score, passed=report.passed, provisional=report.provisional), console)
    if report.next_step:
        worth = f" (worth up to {words.points_of(report.next_step_worth)})" if report.next_step_worth > 0 else ""
        _say(console, FACTS, "Next step: ", report.next_step, worth)
    for criterion in report.criteria:
        _criterion(criterion, console)
    _say(console, 0)
    _say(console, 0, f"processor time: {words.STEPS[report.cpu_step]} of its limit", style="dim")
    _say(console, 0, f"memory: {words.STEPS[report.memory_step]} of its limit", style="dim")
    if report.repeated:
        _say(console, 0, report.repeated, style="dim")
    if report.attempt:
        _say(console, 0, "attempt  ", report.attempt, style="dim")
    _say(console, 0, "findings ", report.findings_digest, style="dim")


def author_summary(report: Report, console: Console) -> None:
    """Print what an author is shown: ids, details, draws and usage too. Never for learners."""
    about = report.circumstances
    _say(console, 0, "Author's view: do not give to learners", style="bold red")
    example = "an example, graded under the published secret: not an attempt"
    _title(report.title, example if report.pins.published_secret else f"attempt {about.number}", console)
    if about.known_example:
        _say(console, 0, f"Known example: the same program as examples/{about.known_example} of its pack", style="bold")
    _answer(report.score, words.headline(report.score, passed=report.passed, provisional=report.provisional), console)
    for verdict in report.verdicts:
        _verdict(verdict, console)
        if spent := about.spent.get(verdict.check):
            _say(console, FACTS, words.spent(spent), style="dim")
    for reason in about.practice_only:
        _say(console, 0, f"Practice only: {reason}", style="dim")
    _say(console, 0)
    for name, digest in (("pack", report.pins.pack), ("findings", report.findings_digest)):
        _say(console, 0, f"{name} {digest}", style="dim")


def _verdict(verdict: Verdict, console: Console) -> None:
    """Print what one check said, in full."""
    style = STYLES[words.mark_of(str(verdict.outcome)).tone]
    _say(console, 0)
    _say(console, 0, f"{verdict.check}  {verdict.outcome}  earned {verdict.earned}", style=style)
    if verdict.figure:
        draws = ", ".join(draw or "none" for draw in verdict.figure.draws)
        _say(console, FACTS, f"{verdict.figure.title} {verdict.figure.value or 'none'}  draws {draws}")
    for item in verdict.items:
        mark = words.mark_of(str(item.outcome), item.raised)
        _marked(console, mark, item.id)
        for line in item.detail.splitlines()[:DETAIL_LINES]:
            _say(console, 2 * ITEMS, line, style="dim")
    _functions(verdict.functions, console)
    _notes(verdict.notes, console)


def _title(title: str, about: str, console: Console) -> None:
    """Print the first line."""
    _say(console, 0, title, style="bold")
    _say(console, 0, about, style="dim")


def _answer(score: Score, headline: words.Headline, console: Console) -> None:
    """Print passed or not, the points, and the distance from the pass mark."""
    mark = headline.mark
    points = f"{words.points_text(score.earned)} of {words.points_of(score.possible)}"
    _say(console, 0)
    _say(console, 0, f"{mark.symbol} {mark.word}: {points}", style=f"bold {STYLES[mark.tone]}")
    _say(console, FACTS, headline.distance)


def _criterion(criterion: LearnerCriterion, console: Console) -> None:
    """Print one criterion: bar, points, title, then what its checks say."""
    mark = words.mark_of_share(criterion.earned, criterion.possible, criterion.checks)
    filled = int(Fraction(drawing.percent(criterion.earned, criterion.possible)) * BAR / 100)
    bar = "█" * filled + "░" * (BAR - filled)
    points = f"{words.points_text(criterion.earned)} / {words.points_text(criterion.possible)}"
    _say(console, 0)
    _say(console, 0, criterion.title, style="bold")
    _say(console, FACTS, f"{bar}  {points}  {mark.symbol} {mark.word}", style=STYLES[mark.tone])
    for check in criterion.checks:
        _check(check, console)


def _check(check: LearnerCheck, console: Console) -> None:
    """Print one check."""
    mark = words.mark_of(check.outcome)
    if check.figure:
        _figure(check.figure, mark, console)
    elif not check.items and mark.tone != "pass":
        _marked(console, mark, "")
    for item in check.items:
        _marked(console, words.mark_of(item.outcome, item.raised), item.sentence)
        if item.hint and not item.passed:
            _say(console, 2 * ITEMS, "Ask yourself: ", item.hint)
    _functions(check.functions, console)
    _notes(check.notes, console)


def _notes(notes: tuple[str, ...], console: Console) -> None:
    """Print notes; one of several lines, such as a compiler's words, line by line."""
    for line in (line for note in notes for line in note.splitlines()):
        _say(console, ITEMS, line, style="dim")


def _figure(figure: LearnerFigure, mark: words.Mark, console: Console) -> None:
    """Print a metric in one line of facts."""
    known = figure.value or (figure.band if figure.band != "no figure" else f"there is no figure, {mark.word}")
    _say(console, ITEMS, figure.title, " ", known)
    facts = [f"points start {figure.starts}", f"all points {figure.full}"]
    if figure.baseline:
        facts.append(f"a naive answer {figure.baseline}")
    if figure.reference_low and figure.reference_high:
        facts.append(f"the reference {figure.reference_low} to {figure.reference_high}")
    _say(console, ITEMS, ", ".join(facts), style="dim")


def _functions(rows: tuple[FunctionComplexity, ...], console: Console) -> None:
    """Print the complexity table, the learner's name last: a name may be long, or run from right to left."""
    for row in rows:
        mark = words.MARKS[Word.PASSED if row.complexity <= row.allowed else Word.FAILED]
        _marked(console, words.Mark(mark.symbol, f"complexity {row.complexity} of {row.allowed}", mark.tone), row.name)


def _marked(console: Console, mark: words.Mark, text: str) -> None:
    """Print a mark in its colour, then text."""
    shown = Text(_fitting(f"{mark.symbol} {mark.word}", console), STYLES[mark.tone])
    _say(console, ITEMS, shown, f"  {text}" if text else "")


def _say(console: Console, indent: int, *parts: str | Text, style: str = "") -> None:
    """Print one line: wrapped under its indent in a terminal, whole in a pipe."""
    line = Text(style=style)
    for part in parts:
        line.append(part if isinstance(part, Text) else _fitting(printable(part, LONGEST), console))
    if console.is_terminal and line:
        console.print(Padding(line, (0, 0, 0, indent), expand=False))
    else:
        console.print(Text(" " * indent if line else "") + line, soft_wrap=True)


def _fitting(text: str, console: Console) -> str:
    """Return text that the console's encoding can hold: our own signs in ASCII, the rest as numbers."""
    if not console.options.ascii_only:
        return text
    return "".join(PLAIN.get(sign, sign) for sign in text).encode("ascii", "backslashreplace").decode()
