"""What the desk works with and hands out; and the one place that asks for the date, which is passed down from here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from grader.model import LearnerReport, Report
from grader.queue import Queue
from grader.render.html import learner_page
from grader.settings import Settings
from grader.store import Store


@dataclass(frozen=True, slots=True)
class Desk:
    """What the desk works with.

    Attributes:
        settings: of this installation.
        store: where attempts and reports are kept.
        queue: where workers are told that there is work, or None where there are none.
    """

    settings: Settings
    store: Store
    queue: Queue | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """A report, and what the learner sees of it.

    Attributes:
        report: all of it.
        learner: the default of every output.
        page: the learner's page, drawn when it was graded and kept with the report.
    """

    report: Report
    learner: LearnerReport
    page: str


def publish(report: Report, learner: LearnerReport) -> Published:
    """Return a new report as it is published, its page drawn."""
    return Published(report, learner, learner_page(learner))


def now() -> str:
    """Return the date and time, UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")
