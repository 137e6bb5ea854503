"""The reader of packs: from an author's folder to records, or to sentences that tell the author what to mend.

Strict on purpose: a key that nobody reads, a number that is not exact, a check that nothing asks are all found here,
before a learner meets them.
"""

from grader.catalog.advice import advice
from grader.catalog.example import Example, Expectation, ExpectedCriterion, ReviewGiven
from grader.catalog.pack import examples, load, load_bundled
from grader.catalog.place import Place, find, slugs
from grader.catalog.reference import keys
from grader.catalog.skills import roadmap

__all__ = [
    "Example",
    "Expectation",
    "ExpectedCriterion",
    "Place",
    "ReviewGiven",
    "advice",
    "examples",
    "find",
    "keys",
    "load",
    "load_bundled",
    "roadmap",
    "slugs",
]
