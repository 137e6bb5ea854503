"""The bench does not rot: it runs, on a handful of submissions, and writes what it measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import variants
from limits import PYTEST
from verdicts import IN_A_CROWD, verdicts
from yardstick import Row, between

from grader import catalog

BENCH = Path(__file__).with_name("bench.py")


def test_every_pack_that_is_weighed_is_a_pack(tmp_path):
    """And has as many tests as its name says, under names of their own."""
    variants.write_all(tmp_path)
    for variant in variants.ALL:
        for tenancy in variants.TENANCIES:
            catalog.load(variant.slug(tenancy), [tmp_path])
    assert variants.LIGHT.count == variants.EACH.count == 12
    assert variants.MANY.count == variants.EACH_MANY.count == 200
    (text,) = variants.MANY.hidden().values()
    names: dict[str, object] = {}
    exec(text, names)  # noqa: S102 - our own pack
    assert sum(name.startswith("test_") for name in names) == 200


def test_what_was_not_measured_is_not_passed():
    """A ratio needs both of its rows."""
    help_row = Row(what="grader --help", n=1, cpu_ms=50.0)
    assert verdicts([help_row]) == []
    (verdict,) = verdicts([help_row, Row(what="python -c import click", n=1, cpu_ms=25.0)])
    assert (verdict.measured, verdict.kept) == (2.0, True)


def test_a_row_is_weighed_against_what_was_measured_around_it():
    """A machine that has slowed down since does not make ours look slow."""
    pytest_before, pytest_after = (Row(what=PYTEST, pack="light", n=1, cpu_ms=figure) for figure in (180.0, 220.0))
    around = between(pytest_before, pytest_after)
    ours = Row(what=IN_A_CROWD, pack="light", tenancy="cell", n=1, cpu_ms=50.0, beside={PYTEST: around})
    long_before = Row(what=PYTEST, pack="light", n=1, cpu_ms=100.0)
    (verdict,) = verdicts([long_before, ours])
    assert (verdict.measured, verdict.kept) == (0.25, True)


@pytest.mark.docker
@pytest.mark.services
@pytest.mark.skipif(os.geteuid() != 0, reason="only root may make control groups")
def test_the_bench_runs(tmp_path):
    """On an engine that is there, which is not counted: carrying images to one of its own takes longer."""
    engine = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
    parts = [word for part in ("limits", "crowd") for word in ("--only", part)]
    done = subprocess.run(
        [sys.executable, BENCH, "--quick", *parts, "--engine", engine, "--out", tmp_path],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    rows = json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))["rows"]
    measured = {row["what"] for row in rows if row["cpu_ms"] is not None and row["cpu_ms"] > 0}
    assert {"checks alone", "pytest", "docker run", "ours, many in line"} <= measured
    assert "| light" in (tmp_path / "bench.md").read_text(encoding="utf-8")
