"""How pages are looked at: contrast measured, and the rules of axe-core, which is not ours."""

from pathlib import Path

import pytest

AXE = Path(__file__).parents[1] / "credential/foreign/node_modules/axe-core/axe.min.js"
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
    if not AXE.exists():
        pytest.fail("no axe-core in tests/credential/foreign/node_modules: scripts/setup.sh --tests installs it")
    page.evaluate(AXE.read_text("utf-8") + "\n;undefined")
    found = page.evaluate("(rules) => axe.run(document, {runOnly: rules})", RULES)
    assert len(found["passes"]) > 10
    return [(one["id"], node["html"][:160]) for one in found["violations"] for node in one["nodes"]]
