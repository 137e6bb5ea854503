"""A small pack that a person judges, and a report of it as grading would leave it: pending, its automatic part done."""

from dataclasses import replace
from fractions import Fraction

from grader import catalog
from grader.canonical import digest_tree
from grader.checks import review
from grader.desk import Desk, publish
from grader.model import Attempt, Item, Outcome, Pins, Review, State, Submission, Verdict, Word
from grader.render import sample
from grader.settings import Settings
from grader.store import records
from grader.story.grading import compose
from grader.story.reveal import reveal

FILES = {
    "assignment.toml": 'title = "Essay"\nskill = "writing/essay"\nkind = "module"\nfiles = ["essay.py"]\n',
    "README.md": "Write an essay.\n",
    "rubric.toml": """\
points = 10
pass_mark = 6

[[criteria]]
id = "own"
title = "Is your own"
points = 4
checks = ["own-work"]

[[criteria]]
id = "clear"
title = "Is clear"
points = 6
checks = ["clarity"]

[checks.own-work]
kind = "static"
forbid_calls = ["copy"]

[checks.clarity]
kind = "review"
question = "Would a stranger understand it?"
reviewers = 2
needs = ["own-work"]
levels = [
    { title = "Not yet", sentence = "A stranger is lost.", share = 0 },
    { title = "Usable", sentence = "A stranger gets there.", share = "1/2" },
    { title = "Good", sentence = "A stranger enjoys it.", share = 1 },
]
""",
}
SUBMISSION = {"essay.py": b"# \x1b[31mred\x1b[0m \xe2\x80\xae\nx = 1\n"}


def write_pack(folder, **changes):
    """Write the pack `essay` into a folder of packs; changes by the first word of a file's name."""
    (folder / "essay").mkdir(parents=True, exist_ok=True)
    for name, text in FILES.items():
        (folder / "essay" / name).write_text(changes.get(name.partition(".")[0], text), "utf-8")
    return folder


def desk_of(store, folder):
    """A desk at a store, with the pack."""
    return Desk(replace(Settings.from_environment([]), assignments=(write_pack(folder),)), store)


def verdicts(pack, word=Word.PASSED):
    """What grading leaves: the automatic part judged, the person's pending, or skipped when the first did not pass."""
    earned = Fraction(word is Word.PASSED)
    item = Item(id="rule 1", sentence="Does not use copy.", outcome=Outcome(word))
    own = Verdict(check="own-work", kind="static", outcome=Outcome(word), earned=earned, items=(item,))
    check = pack.rubric.checks["clarity"]
    assert isinstance(check, Review)
    waits = review.pending("clarity", check)
    skipped = replace(waits, outcome=Outcome(Word.SKIPPED, "own-work"), items=(), notes=())
    return [own, waits if word is Word.PASSED else skipped]


def automatic(pack, attempt, word=Word.PASSED):
    """The report that grading leaves."""
    pins = Pins(
        submission=attempt.submission,
        pack=pack.digest,
        rubric=pack.rubric_digest,
        engine="1",
        recipe="r",
        proctor_recipe="r",
        published_secret=False,
        engine_digest="e",
    )
    about = replace(sample.author_report().circumstances, attempt=attempt.id, learner=attempt.learner, spent={})
    return compose(pack, pins, verdicts(pack, word), about)


def hand_in(desk, attempt_id, *, learner="ada", received_at="2026-01-01T00:00:00+00:00", course="", word=Word.PASSED):
    """An attempt that was graded as far as a machine can; returns its report."""
    pack = catalog.load("essay", desk.settings.assignments)
    submission = Submission(files=SUBMISSION, digest=digest_tree(SUBMISSION))
    attempt = Attempt(
        id=attempt_id,
        assignment="essay",
        learner=learner,
        course=course,
        submission=submission.digest,
        received_at=received_at,
        number=1,
        state=State.PROVISIONAL if word is Word.PASSED else State.GRADED,
    )
    published = publish(automatic(pack, attempt, word), reveal(automatic(pack, attempt, word), pack))
    row = records.report_row(published.report, published.learner, published.page)
    with desk.store.database.writing() as connection:
        records.put_submission(connection, submission)
        records.put_attempt(connection, attempt)
        records.put_report(connection, attempt_id, row, now=1.0)
    return published.report
