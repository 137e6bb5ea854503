"""Entry point of a box: sets the streams up so that what the learner prints is not the conversation, then serves.

Frames move to private descriptors; descriptor 0 becomes empty and 1 goes where 2 goes, so that `print` and the output
of C code land in the error stream, which the engine counts and caps.
"""

from __future__ import annotations

import os
import resource

from . import serve


def main() -> None:
    """Serve until the other side is gone."""
    reading, writing = os.dup(0), os.dup(1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    for descriptor in (reading, writing):
        os.set_inheritable(descriptor, False)  # noqa: FBT003 - the standard library's own
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    serve.Server(reading, writing).run()
