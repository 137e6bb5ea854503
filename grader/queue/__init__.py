"""The queue: Redis by RQ, at arm's length. It holds attempts' ids and nothing else, and is never believed.

lines     pushes an id, and says which are there
errand    what a job out of Redis may be; anything else is refused
worker    takes ids out and has them carried out
"""

from grader.queue.lines import Queue

__all__ = ["Queue"]
