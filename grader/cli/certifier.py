"""The command of the process that certifies: certifier."""

from __future__ import annotations

from grader.certifier import serve
from grader.cli.app import settings
from grader.cli.commands import app
from grader.cli.office import office
from grader.errors import UsageError
from grader.log import open_log
from grader.queue import Queue


@app.command()
def certifier() -> None:
    """Be the certifier: take what is asked for by `grader certify` until stopped.

    The only process that opens the keys, and it grades nothing. Ctrl-C stops when the certificate at hand is released.
    """
    known = settings(None)
    if not known.redis_url:
        raise UsageError("GRADER_REDIS_URL is not set: without a queue `grader certify` certifies here and now")
    queue = Queue(known.redis_url)
    queue.answer()
    with office(known) as opened:
        serve(opened, queue, open_log(certifier=True))
