"""One real Chromium for all pages."""

import shutil
from contextlib import contextmanager

import pytest
from playwright.sync_api import sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
FLAGS += ["--no-first-run", "--disable-component-update"]


@contextmanager
def chromium():
    """Start Debian's Chromium, and end it afterwards."""
    program = shutil.which("chromium")
    if program is None:
        pytest.fail("no chromium on PATH: scripts/setup.sh --tests installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def browser():
    with chromium() as browser:
        yield browser
