"""What grading needs on this machine, whether it is there, and how to mend it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from grader import catalog
from grader.errors import EngineError, GraderError
from grader.intake import find_git
from grader.queue import Queue
from grader.sandbox import cgroup, images, recipes
from grader.sandbox.choice import named, why_no_cells
from grader.sandbox.docker_client import connect
from grader.sandbox.probe import Tried, try_once
from grader.sandbox.promises import REQUIRED, missing
from grader.settings import BACK_ENDS, Settings, cache, resource
from grader.store import Store

OLDEST_PYTHON = (3, 11)
_REMEDIES = {
    "docker": "Debian or Ubuntu: make setup, or apt-get install docker.io; then grader images build",
    "runsc": "optional: apt-get install runsc, add it to the runtimes in /etc/docker/daemon.json, restart Docker",
    "cells": "optional: run grader as root on the Docker engine's host, whose kernel must let users make name spaces",
    "embedded": "optional: apt-get install bubblewrap, then GRADER_SANDBOX=embedded grader images build",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at.

    Attributes:
        subject: what.
        well: whether grading can rely on it.
        found: what is there.
        remedy: what would mend it, or empty.
    """

    subject: str
    well: bool
    found: str
    remedy: str = ""


def examine(settings: Settings) -> tuple[Finding, ...]:
    """Look at everything that grading needs."""
    looks: tuple[Callable[[Settings], list[Finding]], ...] = (
        _python,
        _images,
        _sandboxes,
        _limits,
        _home,
        _store,
        _queue,
        _git,
        _packs,
    )
    return tuple(finding for look in looks for finding in look(settings))


def _python(_settings: Settings) -> list[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    well = sys.version_info >= OLDEST_PYTHON
    return [Finding("Python", well, version, "" if well else "install Python 3.11 or later")]


def promises() -> dict[str, Tried]:
    """Return what each back end that can be had here keeps, by its name, tried now if nothing is known."""
    found = {}
    for name in BACK_ENDS:
        with suppress(EngineError):
            found[name] = try_once(named(name), cache())
    return found


def _sandboxes(settings: Settings) -> list[Finding]:
    """Look at every back end; one that grading can rely on is enough."""
    found, had = [], []
    for name in BACK_ENDS:
        try:
            back_end = named(name)
            tried = try_once(back_end, cache())
            broken = [promise.value for promise in missing(tried) if promise in REQUIRED]
        except GraderError as error:
            found.append((name, False, str(error)))
            continue
        had += [name] if not broken else []
        found.append((name, not broken, f"does not keep: {', '.join(broken)}" if broken else back_end.name))
    if "docker" in had:
        why = why_no_cells()
        said = f"practice runs in containers of its own, and is slower: {why}" if why else "practice shares them"
        found.append(("cells", not why, said))
    wanted = settings.sandbox or (had[0] if had else "docker")
    return [
        Finding(f"sandbox {name}", well or name != wanted, said, "" if well else _REMEDIES[name])
        for name, well, said in found
    ]


def _images(_settings: Settings) -> list[Finding]:
    try:
        client = connect()
    except GraderError:
        return []
    found = []
    folder = resource("sandbox")
    for family in recipes.families(folder):
        try:
            image = images.find(client, family, folder)
            found.append(Finding(f"image {family}", well=True, found=image.recipe))
        except GraderError as error:
            light = family in recipes.LIGHT  # without a heavy one, most assignments can be graded
            remedy = f"{'' if light else 'optional: '}grader images build {family}"
            found.append(Finding(f"image {family}", well=not light, found=_of_it(str(error), family), remedy=remedy))
    return found


def _of_it(sentence: str, family: str) -> str:
    """Return what a sentence says of a family's image, without the subject and the remedy that stand beside it."""
    return sentence.removeprefix(f"image {family} ").partition(": run ")[0]


def _limits(_settings: Settings) -> list[Finding]:
    group = cgroup.of_process(os.getpid())
    if group.counts_cpu:
        return [Finding("CPU limits", well=True, found=f"read from control groups, version {group.version}")]
    return [
        Finding(
            "CPU limits",
            well=True,
            found="control groups cannot be read from here, so only the clock bounds a box",
            remedy="run grader on the Docker engine's own host for exact CPU limits",
        )
    ]


def _home(settings: Settings) -> list[Finding]:
    home = settings.home
    existing = next(folder for folder in (home, *home.parents) if folder.exists())
    well = os.access(existing, os.W_OK)
    return [
        Finding("data folder", well, str(home), "" if well else "set GRADER_HOME to a folder that you may write to")
    ]


def _store(settings: Settings) -> list[Finding]:
    store = Store(settings.home, settings.secret_file, settings.database_url)
    if not store.database.shared and not settings.home.exists():
        return [Finding("store", well=True, found="a file in the data folder, made when it is first needed")]
    try:
        parked = len(store.overview.parked())
        if settings.home.exists() or settings.secret_file:
            store.secret()
    except GraderError as error:
        remedy = "see GRADER_DATABASE_URL and GRADER_SECRET_FILE in docs/reference/settings.md"
        return [Finding("store", well=False, found=str(error), remedy=remedy)]
    finally:
        store.database.close()
    where = "PostgreSQL" if store.database.shared else "a file in the data folder"
    return [Finding("store", well=True, found=f"{where}; {parked} jobs wait for a person")]


def _queue(settings: Settings) -> list[Finding]:
    if not settings.redis_url:
        return [Finding("queue", well=True, found="none: `submit` grades here and now")]
    try:
        return [Finding("queue", well=True, found=f"Redis {Queue(settings.redis_url).answer()}")]
    except GraderError as error:
        remedy = "start Redis where GRADER_REDIS_URL says, or use `grader up`"
        return [Finding("queue", well=False, found=str(error), remedy=remedy)]


def _git(_settings: Settings) -> list[Finding]:
    git = find_git()
    if git is not None:
        return [Finding("git", well=True, found=git)]
    said = "not here: work of kind patch cannot be taken in"
    return [
        Finding("git", well=True, found=said, remedy="optional: Debian or Ubuntu: make setup, or apt-get install git")
    ]


def _packs(settings: Settings) -> list[Finding]:
    found = []
    for slug in catalog.slugs(settings.assignments):
        try:
            pack = catalog.load(slug, settings.assignments)
            found.append(Finding(f"pack {slug}", well=True, found=pack.assignment.title))
        except GraderError as error:
            found.append(Finding(f"pack {slug}", well=False, found=str(error), remedy="mend the pack, or leave it out"))
    return found
