"""Certifying: from a graded attempt to a file that anybody can check, and back to what the file establishes.

    certifying     the step itself: look, draft, log, release
    looking        what speaks against it, and what it earns; grounds: by its report
    syntax         whether it is a known example; syntax_child: parses; glance: whether it is worth asking
    claiming       from a report to the words that are signed
    keyring        the keys and the names that follow from them; office: all that certifying works with
    rotation       another key takes over; what that means for what was signed before
    revoking       taking a certificate back, for good or for a while; status_lists: where readers are told
    erasing        what is kept of a learner is destroyed, here and in the ledger
    skills         where a learner stands on the roadmap
    bundle         the one file that a learner is given
    verification   what such a file establishes, for one reader; statement: the record of it
    content        what is signed in it, line by line

The words that are signed are `grader.credential`'s, the log is `grader.ledger`'s; here they are brought together.
"""
