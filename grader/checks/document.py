"""`document`: rules on the form of something written: that it is worth a person's time, not that it is good.

The proctor gathers facts (headings, visible words, links, code blocks); the rules are judged here. A rule on form can
be met by a text that says nothing, so such a check earns few points, and a `review` needs it before it asks anybody.
"""

from __future__ import annotations

from typing import Any

from grader.model import Document, Item, Limits, Outcome, Verdict, Word
from grader.proctor.judging import Judging
from grader.scoring import outcome_of_items, share_of_items

UNREADABLE = "It is there, and can be read as text."


def examine(name: str, check: Document, judging: Judging) -> Verdict:
    """Have the facts gathered, and judge them."""
    order = {"kind": "document", "file": check.file, "folder": check.links}
    _items, done, _usage = judging.ask(name, order, Limits())
    return judge(name, check, done.get("facts"))


def judge(name: str, check: Document, facts: dict[str, Any] | None) -> Verdict:
    """Return the verdict on facts; None means that the file is not there, or cannot be read."""
    rules = [(UNREADABLE, False)] if facts is None else _rules(check, facts)
    items = tuple(
        Item(id=f"rule {number}", sentence=sentence, outcome=Outcome(Word.PASSED if kept else Word.FAILED))
        for number, (sentence, kept) in enumerate(rules, start=1)
    )
    earned = share_of_items(items)
    return Verdict(check=name, kind="document", outcome=outcome_of_items(items, earned), earned=earned, items=items)


def _rules(check: Document, facts: dict[str, Any]) -> list[tuple[str, bool]]:
    headings = [str(heading).casefold() for heading in facts["headings"]]
    rules = [
        (f"Has a heading for {heading}.", any(heading.casefold() in one for one in headings))
        for heading in check.headings
    ]
    if check.min_words is not None:
        rules.append((f"Says at least {check.min_words} words that a reader sees.", facts["words"] >= check.min_words))
    if check.max_words is not None:
        rules.append((f"Says at most {check.max_words} words.", facts["words"] <= check.max_words))
    if check.max_paragraph_words is not None:
        sentence = f"No paragraph has more than {check.max_paragraph_words} words."
        rules.append((sentence, facts["longest"] <= check.max_paragraph_words))
    if check.links:
        rules.append(("Every link is well formed, and a relative one leads to something there.", facts["dead"] == 0))
    if check.code_blocks is not None:
        enough = facts["blocks"] >= check.code_blocks
        rules.append((f"Has at least {check.code_blocks} code blocks in Python, JSON or TOML.", enough))
        rules.append(("Every code block in Python, JSON or TOML can be parsed.", facts["broken"] == 0))
    if check.max_first_line is not None:
        sentence = f"The first line has at most {check.max_first_line} characters, and a blank line after it."
        rules.append((sentence, 0 < facts["first"] <= check.max_first_line and facts["parted"] is True))
    return rules
