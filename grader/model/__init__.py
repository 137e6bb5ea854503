"""The words of the project: every noun a frozen record, plain data, no I/O.

A Submission answers an Assignment in an Attempt. Its Rubric has Criteria; each asks Checks; a check takes Observations
in the Sandbox and gives a Verdict; verdicts make a Score; all of it is the Report.
"""

from grader.model.assignment import ARTEFACTS, Assignment, Criterion, Pack, Rubric, Tenancy
from grader.model.check import Agreement, Check, Metric, Reference, Static, Tests, Threshold
from grader.model.job import Course, Grading, Job, JobState, Lane
from grader.model.limits import JudgingLimits, Limits, TestLimits
from grader.model.outcome import (
    FAMILIES_OF_ERROR,
    Allowance,
    Figure,
    FunctionComplexity,
    Item,
    Outcome,
    Spent,
    Usage,
    Verdict,
    Word,
)
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
    "ARTEFACTS",
    "FAMILIES_OF_ERROR",
    "Agreement",
    "Allowance",
    "Assignment",
    "Attempt",
    "Check",
    "Circumstances",
    "Course",
    "Criterion",
    "CriterionScore",
    "Figure",
    "FunctionComplexity",
    "Grading",
    "Item",
    "Job",
    "JobState",
    "JudgingLimits",
    "Lane",
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
    "Spent",
    "State",
    "Static",
    "Submission",
    "Tenancy",
    "TestLimits",
    "Tests",
    "Threshold",
    "Usage",
    "Verdict",
    "Word",
]
