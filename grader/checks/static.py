"""`static`: rules on the source text. A deterrent: whoever wants to can write around a rule on text.

The proctor gathers facts (imports, names used, complexity, maintainability, docstrings); the rules are judged here.
What goes round a name as text shows it (`getattr(list, "sort")`, `eval`) keeps no rule that forbids.
"""

from __future__ import annotations

from typing import Any

from grader.model import FunctionComplexity, Item, Limits, Outcome, Static, Verdict, Word
from grader.proctor.judging import Judging
from grader.scoring import outcome_of_items, share_of_items

ANYTHING = "*"
"""Among the names that are used: one that cannot be told from the text (`grader.proctor.inside.names`)."""
UNREADABLE = "The source can be read as Python."


def examine(name: str, check: Static, judging: Judging) -> Verdict:
    """Have the facts gathered, and judge them."""
    _items, done, _usage = judging.ask(name, {"kind": "static"}, Limits())
    return judge(name, check, done.get("facts"))


def judge(name: str, check: Static, facts: dict[str, Any] | None) -> Verdict:
    """Return the verdict on facts; None means that the source could not be parsed."""
    if facts is None:
        items: tuple[Item, ...] = (Item(id="source", sentence=UNREADABLE, outcome=Outcome(Word.FAILED)),)
        return Verdict(
            check=name, kind="static", outcome=Outcome(Word.FAILED), earned=share_of_items(items), items=items
        )
    functions = tuple((str(function), int(complexity)) for function, complexity in facts["functions"])
    items = tuple(
        Item(id=f"rule {number}", sentence=sentence, outcome=Outcome(Word.PASSED if kept else Word.FAILED))
        for number, (sentence, kept) in enumerate(_rules(check, facts, functions), start=1)
    )
    earned = share_of_items(items)
    return Verdict(
        check=name,
        kind="static",
        outcome=outcome_of_items(items, earned),
        earned=earned,
        items=items,
        functions=_table(check, functions),
    )


def _rules(check: Static, facts: dict[str, Any], functions: tuple[tuple[str, int], ...]) -> list[tuple[str, bool]]:
    rules = []
    if check.max_complexity is not None:
        simple = all(complexity <= check.max_complexity for _name, complexity in functions)
        rules.append((f"No function is more complex than {check.max_complexity} (cyclomatic complexity).", simple))
    if check.min_maintainability is not None:
        index = min(map(float, facts["maintainability"]), default=0.0)
        least = check.min_maintainability
        rules.append((f"Every file can be maintained: an index of {least} at least.", index >= least))
    if check.require_docstrings:
        rules.append(("Every public function, class and method has a docstring.", facts["undocumented"] == 0))
    imports, calls = set(facts["imports"]), set(facts["calls"])
    rules += [(f"Imports {module}.", module in imports) for module in check.require_imports]
    rules += [(f"Does not import {module}.", imports.isdisjoint({module, ANYTHING})) for module in check.forbid_imports]
    rules += [(f"Uses {call}.", call in calls) for call in check.require_calls]
    rules += [(f"Does not use {call}.", calls.isdisjoint({call, ANYTHING})) for call in check.forbid_calls]
    return rules


def _table(check: Static, functions: tuple[tuple[str, int], ...]) -> tuple[FunctionComplexity, ...]:
    if check.max_complexity is None:
        return ()
    allowed = check.max_complexity
    return tuple(FunctionComplexity(name=name, complexity=value, allowed=allowed) for name, value in functions)
