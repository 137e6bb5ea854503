"""Take the pictures of certificates in `docs/img/`, from the pages that the tests look at.

Usage: tests/browser/pictures.py [FOLDER]

Those of reports are taken by `scripts/screenshots.py`.
"""

import sys
import tempfile
from pathlib import Path

from conftest import chromium
from every_page import PAGES, Office, go_to

DOCS = Path(__file__).resolve().parents[2] / "docs/img"
PICTURES = {
    "certificate-desktop-light": ("certificate", 1150),
    "certificate-phone-dark": ("certificate", 1400),
    "verify-good-desktop-light": ("verify-good", 1500),
    "verify-good-phone-dark": ("verify-good", 1400),
    "verify-revoked-desktop-dark": ("verify-revoked", 1150),
    "verify-tampered-desktop-light": ("verify-tampered", 1100),
    "verify-stranger-phone-light": ("verify-stranger", 1400),
    "verify-demo-desktop-light": ("verify-demo", 1150),
}
"""By picture: the page, and how much of it from the top, in pixels."""


def main(into=DOCS):
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        office = Office(Path(folder))
        for picture, (name, height) in PICTURES.items():
            width = 390 if "phone" in picture else 1000
            scheme = picture.rpartition("-")[2]
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
            go_to(page, PAGES[name](office))
            page.evaluate("scrollTo(0, 0)")
            page.screenshot(path=Path(into) / f"{picture}.png")
            page.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
