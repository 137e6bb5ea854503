"""The learner's page is kept with the report; what was graded before pages were kept has one all the same."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from command import grader

from grader.errors import EngineError, UsageError
from grader.model import Grading, Lane, State
from grader.pipeline import published
from grader.render.html import learner_page
from grader.store import Store, records
from grader.store.schema import gradings, reports

GRADING = Grading(attempt="a1", worker="w1", lane=Lane.INTERACTIVE, started_at=1.0, seconds=2.5)
PAGE = "<p>é</p>\n"
OLD_ROWS = (
    "insert into submissions values ('sha256:1', '{}')",
    "insert into attempts values ('a1', '', 'sorting', 'ada', 1, 'sha256:1', '2026-01-01', 'graded')",
    "insert into reports values ('a1', 'sha256:2', 1.0, 'sha256:3', '{}', '{}')",
    "insert into gradings values (1, 'a1', 'w1', 'batch', 1.0, 2.5, 3, 1, 'graded', 'sha256:3')",
)
"""As revision 0001 had them."""


def finish(store, stand, a_report, *, page, attempt_id="a1"):
    """Have an attempt graded, and its page kept."""
    stand(store, attempt_id)
    job = store.jobs.claim(attempt_id, "w1")
    store.jobs.finish(job, *a_report, replace(GRADING, attempt=attempt_id), page=page)


def test_a_page_comes_back_as_it_was_kept(any_store, stand, a_report):
    finish(any_store, stand, a_report, page=PAGE)
    assert any_store.page("a1") == PAGE
    assert published(any_store, "a1").page == PAGE
    with pytest.raises(UsageError, match="no report"):
        any_store.page("a2")


def test_where_none_was_kept_it_is_drawn_when_asked_for(any_store, stand, a_report):
    finish(any_store, stand, a_report, page="")
    assert any_store.page("a1") == ""
    assert published(any_store, "a1").page == learner_page(a_report[1])


def test_a_damaged_page_is_our_fault(any_store, stand, a_report):
    finish(any_store, stand, a_report, page=PAGE)
    with any_store.database.writing() as connection:
        connection.execute(reports.update().values(page=b"no page"))
    with pytest.raises(EngineError, match="page of attempt a1 is damaged"):
        any_store.page("a1")


def test_the_command_serves_the_page_that_was_kept(tmp_path, stand, a_report):
    """And draws it no more: what the learner was shown stays what it was."""
    store = Store(tmp_path / "home")
    finish(store, stand, a_report, page=PAGE)
    store.database.close()
    ended = grader("report", "a1", "--html", tmp_path / "page.html", home=tmp_path / "home")
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == PAGE


def test_an_earlier_report_is_the_attempts_own_or_of_the_same_bytes(any_store, stand, a_report):
    """By the same learner for the same assignment, and graded: else there is nothing to compare with."""
    stand(any_store, "a2")
    second = any_store.attempt("a2")
    assert any_store.earlier_report(second) is None
    finish(any_store, stand, a_report, page="")
    assert any_store.earlier_report(second) == any_store.report("a1")
    for other in ({"learner": "bob"}, {"assignment": "other"}, {"submission": "sha256:" + "0" * 64}):
        assert any_store.earlier_report(replace(second, **other)) is None
    with any_store.database.writing() as connection:
        records.set_state(connection, "a1", State.PROVISIONAL)
    assert any_store.earlier_report(second) is None
    assert any_store.earlier_report(any_store.attempt("a1")) == any_store.report("a1")


def test_a_database_of_the_first_revision_is_led_on(any_store):
    """Its reports have no page, and its gradings ended when they had taken as long as they took."""
    engine = any_store.database.unopened()
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(files("grader.store") / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for statement in OLD_ROWS:
            connection.execute(sa.text(statement))
    engine.dispose()
    assert any_store.page("a1") == ""
    with any_store.database.reading() as connection:
        assert connection.execute(sa.select(gradings.c.ended_at)).scalars().all() == [3.5]
    assert any_store.lines.waiting() == {}
