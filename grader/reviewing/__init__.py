"""Work that a person judges.

    reading    what waits, and what a reviewer reads
    rating     what a reviewer says, and the report that comes of it
    agreement  who agrees with whom

The automatic part of a report is kept and never computed again: a rating makes a new report out of it and of what
people said, stored beside the old one in the transaction that keeps the rating (`grader.store.reviews`). A reviewer is
not told whose work it is, nor what the other reviewer said before the check is decided: two who know of each other are
one.
"""
