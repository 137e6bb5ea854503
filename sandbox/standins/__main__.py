"""Serves a stand-in on this machine, over HTTP, to try a client on it.

    python -m sandbox.standins pinecone            at http://127.0.0.1:5081
    python -m sandbox.standins chat "An answer."   at http://127.0.0.1:5082, with a script of so many answers

In a learner's box the same ports answer, by `sandbox/runner/forwarding.py`.
"""

from __future__ import annotations

import sys

from sandbox.runner.forwarding import PORTS, Listener

from .conversation import SERVICES

_NAMED = 2


def main(name: str, *script: str) -> None:
    """Serve until interrupted."""
    service = SERVICES[name]()
    service.tell({"script": list(script)})
    listener = Listener(PORTS[name], service.answer)
    print(f"{name} at http://127.0.0.1:{PORTS[name]}; stop it with Ctrl-C", file=sys.stderr)  # noqa: T201 - it speaks to a person
    listener.serve_forever()


if __name__ == "__main__":
    if len(sys.argv) < _NAMED or sys.argv[1] not in SERVICES:
        sys.exit(f"usage: python -m sandbox.standins {'|'.join(SERVICES)} [ANSWER...]")
    main(*sys.argv[1:])
