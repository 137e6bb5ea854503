"""Certifying: from a graded attempt to a file that anybody can check, and back to what the file establishes.

    bundle         the one file that a learner is given
    verification   what such a file establishes, for one reader
    content        what is signed in it, line by line

The words that are signed are `grader.credential`'s, the log is `grader.ledger`'s; here they are brought together.
"""
