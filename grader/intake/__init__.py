"""Where a learner's files enter: frozen, measured, and nothing but what was asked for.

A file, folder, archive, notebook, patch or git bundle becomes a Submission. Whatever else came along is left behind and
named.
"""

from grader.intake.archive import ARCHIVES
from grader.intake.freeze import Intake, freeze, freeze_files, program_of, take, without_message
from grader.intake.patch import REPOSITORY, find_git

__all__ = [
    "ARCHIVES",
    "REPOSITORY",
    "Intake",
    "find_git",
    "freeze",
    "freeze_files",
    "program_of",
    "take",
    "without_message",
]
