"""grader: skill assessment whose marks can be believed.

A learner's submission runs in a sandbox; hidden tests and metrics judge it outside, where nobody else's code runs.
"""

__version__ = "0.1.0"
