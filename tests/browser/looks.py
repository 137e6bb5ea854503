"""How pages are looked at: contrast measured, and judges that are not ours: axe-core, and jsQR for codes."""

import base64
from pathlib import Path

import pytest

FOREIGN = Path(__file__).parents[1] / "credential/foreign/node_modules"
AXE, JSQR = FOREIGN / "axe-core/axe.min.js", FOREIGN / "jsqr/dist/jsQR.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "experimental"]
"""All rules of axe-core but those of WCAG's level AAA, whose contrast of 7 would leave no quiet text."""

UNDECIDED = {
    # a lone symbol, or what stands on a drawing: axe does not say; `hard_to_read` measures each of them
    "color-contrast": ("",),
    # the banner of a site that names DEMO, and what follows a code: both are looked at on pages that show them
    "hidden-content": ('id="demo"', 'id="wanted"'),
}
"""What may be left to be looked at: by rule, what the element has in it."""

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
    """What axe-core finds wrong with a page, or leaves to be looked at: rule, and the element.

    It comes in by the debugger, so that the page's own policy, which runs no script but the page's, need not change.
    What is folded away is unfolded first: axe looks at what is shown.
    """
    if not page.evaluate("'axe' in globalThis"):
        _bring(page, AXE)
    found = page.evaluate(
        """async (tags) => {
            for (const one of document.querySelectorAll("details")) one.open = true;
            const found = await axe.run(document, {runOnly: tags, selectors: false});
            const ids = (kind) => found[kind].map((one) => one.id);
            return {
                told: ["violations", "incomplete"].flatMap((kind) =>
                    found[kind].flatMap((one) => one.nodes.map((node) => [kind, one.id, node.html.slice(0, 160)]))),
                asked: axe.getRules(tags).filter((one) => !one.tags.includes("deprecated")).map((one) => one.ruleId),
                answered: ["passes", "violations", "incomplete", "inapplicable"].flatMap(ids),
                passed: ids("passes").length,
            };
        }""",
        TAGS,
    )
    assert set(found["asked"]) == set(found["answered"])
    assert found["passed"] > 10
    return [
        (rule, element)
        for kind, rule, element in found["told"]
        if kind == "violations" or not any(part in element for part in UNDECIDED.get(rule, ()))
    ]


def hard_to_read(page):
    """The texts of a page with less contrast than 4.5, whatever they are and whatever they stand on."""
    found = page.evaluate(CONTRASTS)
    assert len(found) > 10
    return [one for one in found if one[0] < 4.5]


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
