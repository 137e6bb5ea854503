"""What must not be lost: submissions, attempts, reports, reviews, jobs, packs; and the installation secret.

    connections  SQLite in the data folder, or PostgreSQL by URL: how both are opened, for the ledger too
    database     the store's; migrations
    store        what is asked of it: receive, look up
    records      submissions, attempts, reports
    jobs         the life of what is to be graded; job_rows: in an open transaction
    gradings     how each grading ended, and what it cost
    line         who is next
    overview     how long the lines are, who works, what waits for a person
    reviews      what people said of attempts
    requests     who asked for which certificate
    packs        pack versions, for workers on other machines
    certificates what was certified
    retention    what is old goes; erasing: all of one learner
    agreement    what all hosts agree on
    secret       the installation secret, a file
    prepared     statements that are asked for every submission

The store is the truth and the queue only a hint.
"""

from grader.store.database import Database
from grader.store.store import Store

__all__ = ["Database", "Store"]
