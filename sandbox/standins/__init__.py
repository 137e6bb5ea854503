"""Stand-ins for hosted services: small programs that answer as the service does, in a box of their own.

A service here is a class with three methods. `answer(method, target, body)` takes one HTTP request and returns a status
and a body, as the real service would; `seen()` tells the author's test what reached it; `tell(order)` takes what the
test has to say. It raises `Full` when it was asked to keep more than it may. No learner's code runs where it runs, and
what it has seen is therefore an effect seen from outside.

    conversation   serves the proctor, over frames; what the box of a stand-in runs
    __main__       serves whoever asks on this machine, over HTTP: to try a client at home

Like the proctor's own code they are in no image: the engine sends them, and its version pins them.
"""

from __future__ import annotations


class Full(Exception):
    """Asked to keep more than a stand-in may hold."""
