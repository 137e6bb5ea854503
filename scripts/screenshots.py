#!/usr/bin/env python3
"""Pictures of the report page for the docs, and a look at any page: does it load nothing, complain of nothing, fit?

Usage: scripts/screenshots.py [--into FOLDER] [PAGE.html ...]

Without pages it renders the sample report. Every page is opened in Debian's Chromium at 1280 and at 360 pixels, light
and dark; the run fails (1) on any console message, any request, or a page wider than its screen.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from grader.render import html, sample

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-sync",
    "--no-first-run",
    "--disable-component-update",
)
SIZES = {"desktop": (1280, 900), "phone": (360, 740)}
SCHEMES = ("light", "dark")


def main(arguments: list[str]) -> int:
    """Take the pictures and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--into", type=Path, default=Path("docs/img"), help="where the pictures go")
    parser.add_argument("--author", action="store_true", help="the sample's author view instead")
    parser.add_argument("pages", nargs="*", type=Path, help="HTML files; without any, the sample report")
    options = parser.parse_args(arguments)
    chromium = shutil.which("chromium")
    if chromium is None:
        print("error: no chromium on PATH\n  try: apt-get install chromium", file=sys.stderr)
        return 5
    options.into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        pages = options.pages or [_sample(Path(folder), author=options.author)]
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        complaints = [complaint for page in pages for complaint in _portraits(browser, page, options.into)]
        browser.close()
    for complaint in complaints:
        print(f"error: {complaint}", file=sys.stderr)
    return 1 if complaints else 0


def _sample(folder: Path, *, author: bool) -> Path:
    """Write the sample page and return its path; the file's name becomes the pictures'."""
    path = folder / ("author.html" if author else "report.html")
    text = html.author_page(sample.author_report()) if author else html.learner_page(sample.learner_report())
    path.write_text(text, encoding="utf-8")
    return path


def _portraits(browser: Browser, path: Path, into: Path) -> list[str]:
    """Take the four pictures of one page and return what is wrong with it."""
    complaints = []
    for size, (width, height) in SIZES.items():
        for scheme in SCHEMES:
            name = f"{path.stem}-{size}-{scheme}"
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if scheme == "dark" else "light",
                device_scale_factor=2 if size == "phone" else 1,
            )
            page = context.new_page()
            complaints += [f"{name}: {said}" for said in _look(page, path)]
            picture = into / f"{name}.png"
            page.screenshot(path=picture, full_page=True)
            print(picture)
            context.close()
    return complaints


def _look(page: Page, path: Path) -> list[str]:
    """Open a page and return what the browser says against it."""
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        complaints.append(f"console {message.type}: {message.text}")

    def asked(request: Request) -> None:
        if request.url != address:
            complaints.append(f"asked for {request.url}")

    address = path.resolve().as_uri()
    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    page.on("request", asked)
    page.goto(address)
    wide, fits = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    if wide > fits:
        complaints.append(f"{wide} pixels wide on a screen of {fits}")
    return complaints


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
