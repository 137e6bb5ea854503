"""How pages are looked at: contrast measured, and judges that are not ours: axe-core, and jsQR for codes."""

import base64
from pathlib import Path

import pytest

FOREIGN = Path(__file__).parents[1] / "credential/foreign/node_modules"
AXE, JSQR = FOREIGN / "axe-core/axe.min.js", FOREIGN / "jsqr/dist/jsQR.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

CONTRASTS = """
() => {
  const channel = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const numbers = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = numbers(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    throw new Error("the page has no ground");
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim(), element = walker.currentNode.parentElement;
    if (!text) continue;
    const [low, high] = [light(numbers(getComputedStyle(element).color)), light(ground(element))].sort((a, b) => a - b);
    found.push([Math.round(100 * (high + 0.05) / (low + 0.05)) / 100, element.className, text.slice(0, 40)]);
  }
  return found;
}
"""
"""The contrast of every text on the page with what it stands on (WCAG 2.2, relative luminance)."""


def complaints(page):
    """What axe-core finds wrong with a page: rule, and the element.

    It comes in by the debugger, so that the page's own policy, which runs no script but the page's, need not change.
    """
    _bring(page, AXE)
    found = page.evaluate("(rules) => axe.run(document, {runOnly: rules})", RULES)
    assert len(found["passes"]) > 10
    return [(one["id"], node["html"][:160]) for one in found["violations"] for node in one["nodes"]]


def code_in(page, picture):
    """What jsQR reads from a PNG; None where it finds no code."""
    _bring(page, JSQR)
    return page.evaluate(
        """async (picture) => {
            const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
            const bitmap = await createImageBitmap(new Blob([bytes]));
            const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
            canvas.drawImage(bitmap, 0, 0);
            const {data, width, height} = canvas.getImageData(0, 0, bitmap.width, bitmap.height);
            return jsQR(data, width, height)?.data ?? null;
        }""",
        base64.b64encode(picture).decode(),
    )


def _bring(page, script):
    if not script.exists():
        pytest.fail(f"no {script.name} in tests/credential/foreign/node_modules: scripts/setup.sh --tests installs it")
    page.evaluate(script.read_text("utf-8") + "\n;undefined")
