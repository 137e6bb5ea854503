"""The story of one grading: checks in the rubric's order, verdicts, score, report; then what a learner may see of it."""
