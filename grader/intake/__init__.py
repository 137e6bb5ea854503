"""Where a learner's files enter: frozen, measured, and nothing but what was asked for.

A file, a folder, an archive or a notebook becomes a Submission. Whatever else came along is left behind and named.
"""

from grader.intake.archive import ARCHIVES
from grader.intake.freeze import Intake, freeze, freeze_files, take

__all__ = ["ARCHIVES", "Intake", "freeze", "freeze_files", "take"]
