"""The words of the project: every noun a frozen record, plain data, no I/O.

A Submission answers an Assignment in an Attempt. Its Rubric has Criteria; each asks Checks; a check takes Observations
in the Sandbox and gives a Verdict; verdicts make a Score; all of it is the Report.
"""

from grader.model.assignment import ARTEFACTS, Assignment, Criterion, Pack, Rubric, Tenancy
from grader.model.check import Check, Claim, Document, Level, Review, Static, Tests
from grader.model.job import Course, Grading, Job, JobState, Lane
from grader.model.learner_report import LearnerCheck, LearnerCriterion, LearnerFigure, LearnerItem, LearnerReport
from grader.model.limits import Build, JudgingLimits, Limits, TestLimits
from grader.model.measurement import Agreement, Growth, Latency, Metric, Reference, Threshold
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
from grader.model.rating import MOST_COMMENT, Rating
from grader.model.report import Circumstances, CriterionScore, Pins, Report, Score
from grader.model.submission import MESSAGE, Attempt, State, Submission

__all__ = [
    "ARTEFACTS",
    "FAMILIES_OF_ERROR",
    "MESSAGE",
    "MOST_COMMENT",
    "Agreement",
    "Allowance",
    "Assignment",
    "Attempt",
    "Build",
    "Check",
    "Circumstances",
    "Claim",
    "Course",
    "Criterion",
    "CriterionScore",
    "Document",
    "Figure",
    "FunctionComplexity",
    "Grading",
    "Growth",
    "Item",
    "Job",
    "JobState",
    "JudgingLimits",
    "Lane",
    "Latency",
    "LearnerCheck",
    "LearnerCriterion",
    "LearnerFigure",
    "LearnerItem",
    "LearnerReport",
    "Level",
    "Limits",
    "Metric",
    "Outcome",
    "Pack",
    "Pins",
    "Rating",
    "Reference",
    "Report",
    "Review",
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
