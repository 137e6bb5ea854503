"""The words of the project: every noun a frozen record, plain data, no I/O.

A Submission answers an Assignment in an Attempt. Its Rubric has Criteria; each asks Checks; a check takes Observations
in the Sandbox and gives a Verdict; verdicts make a Score; all of it is the Report.
"""

from grader.model.assignment import (
    Agreement,
    Assignment,
    Check,
    Criterion,
    Limits,
    Metric,
    Pack,
    Reference,
    Rubric,
    Static,
    Tests,
    Threshold,
)
from grader.model.outcome import FAMILIES_OF_ERROR, Figure, FunctionComplexity, Item, Outcome, Usage, Verdict, Word
from grader.model.report import (
    Circumstances,
    CriterionScore,
    LearnerCheck,
    LearnerCriterion,
    LearnerFigure,
    LearnerItem,
    LearnerReport,
    Pins,
    Report,
    Score,
)
from grader.model.submission import Attempt, State, Submission

__all__ = [
    "FAMILIES_OF_ERROR",
    "Agreement",
    "Assignment",
    "Attempt",
    "Check",
    "Circumstances",
    "Criterion",
    "CriterionScore",
    "Figure",
    "FunctionComplexity",
    "Item",
    "LearnerCheck",
    "LearnerCriterion",
    "LearnerFigure",
    "LearnerItem",
    "LearnerReport",
    "Limits",
    "Metric",
    "Outcome",
    "Pack",
    "Pins",
    "Reference",
    "Report",
    "Rubric",
    "Score",
    "State",
    "Static",
    "Submission",
    "Tests",
    "Threshold",
    "Usage",
    "Verdict",
    "Word",
]
