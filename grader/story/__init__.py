"""The story of one grading: checks in order, verdicts, score, report; then what a learner may see of it."""
