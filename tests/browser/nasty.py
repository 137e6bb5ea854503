"""Reports made to harm the page that shows them: markup, escape sequences, turned lines, endless words."""

from dataclasses import replace
from fractions import Fraction

from grader.model import (
    FunctionComplexity,
    LearnerCheck,
    LearnerCriterion,
    LearnerItem,
    LearnerReport,
    Report,
    Score,
    Word,
)
from grader.render import sample

SCRIPT = "<script>document.title='owned'</script><img src=x onerror=alert(1)>\"' onmouseover=alert(2) "
STYLE = "</style><style>body{display:none}</style>{{ 7*7 }}{% raw %}<!--"
TURNED = "\u202egnissap\u202c \u2066hidden\u2069 \u200fmark"
CONTROLS = "\x1b[31mred\x1b[0m\x07\x00 \x9b2J bell\u2028line\ufeff"
LONE = "half \ud800 a pair \udfff"
WORD = "Donaudampfschifffahrtsgesellschaftskapitän" * 12
ZALGO = "z" + "\u0335\u0321\u0322\u0327" * 20
HEBREW = "פונקציה_אחת"
ALL = (SCRIPT, STYLE, TURNED, CONTROLS, LONE, WORD, ZALGO, HEBREW)


def learner_report() -> LearnerReport:
    """Return a report every text of which means harm, and that has every outcome there is."""
    sentences = [*ALL, *(f"An ordinary sentence for {word.value}." for word in Word)]
    outcomes = [
        *("FAILED" for _ in ALL),
        *(f"{word.value}({_which(word)})" if _which(word) else word.value for word in Word),
    ]
    items = tuple(
        LearnerItem(
            sentence=sentence,
            outcome=outcome,
            passed=outcome == "PASSED",
            hint="" if outcome == "PASSED" else f"`code` and `half {sentence}",
            raised="TypeError" if outcome == "RAISED" else "",
        )
        for sentence, outcome in zip(sentences, outcomes, strict=True)
    )
    honest = sample.learner_report()
    figure = honest.criteria[0].checks[0].figure
    band = replace(figure, value="", title=WORD[:90], reference_low="", reference_high="")
    none = replace(figure, value="", band="no figure", title=SCRIPT)
    loss = replace(
        figure, title="Root mean squared error", value="4.10", starts="9.00", full="5.00", baseline="21.7",
        reference_low="4.60", reference_high="4.10", lower_is_better=True,
    )  # fmt: skip
    step = replace(figure, value="0.100", starts="0.900", full="0.900")
    checks = [_check("metric", "PARTIAL", figure=each) for each in (band, loss, step)]
    checks.append(_check("metric", "OUT_OF_MEMORY", figure=none))
    checks.append(_check("tests", "FAILED", items=items))
    rows = tuple(FunctionComplexity(name=text, complexity=12, allowed=10) for text in ALL)
    checks.append(_check("static", "FAILED", functions=rows, notes=(SCRIPT, TURNED)))
    checks.append(_check("tests", "DID_NOT_COMPILE"))
    criteria = tuple(
        LearnerCriterion(title=title, earned=Fraction(n, 3), possible=Fraction(10), checks=(check,))
        for n, (title, check) in enumerate(zip((*ALL, *ALL), checks, strict=False))
    )
    return replace(
        honest,
        title=WORD + SCRIPT,
        skill=f"nlp/{WORD}/{TURNED}",
        learner=SCRIPT + TURNED + CONTROLS + LONE,
        received_at="not a moment \x1b[2J",
        score=Score(earned=Fraction(7, 3), possible=Fraction(100), pass_mark=Fraction(60)),
        passed=False,
        criteria=criteria,
        next_step=WORD + STYLE,
        next_step_worth=Fraction(10, 3),
        cpu_step=3,
        memory_step=2,
        repeated=SCRIPT,
        published_secret=True,
    )


def author_report() -> Report:
    """Return an author's report with hostile ids, details and printed tails."""
    honest = sample.author_report()
    tail = "\n".join(ALL)
    verdicts = tuple(
        replace(
            verdict,
            check=f"check{number}{SCRIPT}",
            items=tuple(replace(item, id=f"{WORD}::{SCRIPT}", detail=tail) for item in verdict.items),
            notes=ALL,
        )
        for number, verdict in enumerate(honest.verdicts)
    )
    spent = dict(zip((verdict.check for verdict in verdicts), honest.circumstances.spent.values(), strict=True))
    circumstances = replace(
        honest.circumstances,
        printed={verdict.check: tail for verdict in verdicts},
        spent=spent,
        learner=SCRIPT,
    )
    return replace(honest, title=WORD + SCRIPT, verdicts=verdicts, circumstances=circumstances)


def _which(word):
    return {Word.OVER_LIMIT: "output", Word.SKIPPED: "loads"}.get(word, "")


def _check(kind, outcome, *, items=(), figure=None, functions=(), notes=()):
    return LearnerCheck(kind=kind, outcome=outcome, items=items, figure=figure, functions=functions, notes=notes)
