"""The conversation with one proctor: one submission judged by one pack.

Results are taken by nonce, and only for the checks and tests that were announced beforehand; a result for anything
else, or a second one, is a fault of judging, never a mark.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from grader import wire
from grader.errors import EngineError, SubmissionError
from grader.model import Limits, Metric, Pack, Submission, Tests, Usage
from grader.proctor.bundle import COMMAND, bundle
from grader.proctor.relay import Relay
from grader.sandbox.interface import BoxSpec, Sandbox

PROCTOR_LIMITS = Limits(
    cpu_seconds=120.0, wall_seconds=120.0, memory_mb=2048, processes=128, output_kb=1024, disk_mb=128
)
"""What a pack's own code may use; the clock is for one silence of the proctor's."""
DEADLINE_SECONDS = 3600
RUNNER = (
    "/opt/venv/bin/python",
    "-s",
    "-P",
    "-B",
    "-c",
    "import sys; sys.path.insert(0, '/opt/grader'); from grader_runner.main import main; main()",
)
"""What a learner's box runs. Not `-I`, which would ignore PYTHONHASHSEED too; the environment is ours alone."""


class Sitting:
    """An open conversation.

    Args:
        relay: to the proctor.
        pack: what judges.
    """

    def __init__(self, relay: Relay, pack: Pack) -> None:
        self._relay = relay
        self._pack = pack
        self._nonce = secrets.token_hex(16)

    def start(self, submission: Submission, seed: bytes) -> None:
        """Hand over the submission, the pack's hidden and public files and the seed."""
        files = {f"submission/{name}": content for name, content in submission.files.items()}
        files |= {f"data/{name}": content for name, content in self._pack.data.items()}
        files |= {f"hidden/{name}": content for name, content in self._pack.hidden.items()}
        self._relay.tell(
            {
                "op": "start",
                "nonce": self._nonce,
                "kind": self._pack.assignment.kind,
                "seed": seed.hex(),
                "names": list(files),
            },
            list(files.values()),
        )

    def collect(self) -> Mapping[str, list[dict[str, str]]]:
        """Return the tests of every check of kind `tests`: id, sentence, hint, weight; no box has been opened yet."""
        checks = {
            name: list(check.files) for name, check in self._pack.rubric.checks.items() if isinstance(check, Tests)
        }
        if not checks:
            return {}
        self._relay.tell({"op": "collect", "checks": checks})
        return self._hear("expected")["tests"]  # type: ignore[no-any-return]  # the proctor's, under our nonce

    def ask(
        self, name: str, order: Mapping[str, Any], limits: Limits
    ) -> tuple[list[wire.Message], wire.Message, Usage]:
        """Have one check carried out; returns the evidence for its items, the closing message and what boxes used."""
        self._relay.spec = replace(self._relay.spec, limits=limits)
        self._relay.tell({"op": "ask", "check": name, **order})
        items: list[wire.Message] = []
        while True:
            message = self._hear("item", "done")
            if message.get("check") != name:
                text = f"the proctor spoke of check {message.get('check')!r} when asked for {name!r}"
                raise EngineError(text)
            if message["op"] == "done":
                return items, message, self._relay.take_usage()
            items.append(message)

    @property
    def printed(self) -> str:
        """The tail of what the last box printed."""
        return self._relay.printed

    def model(self) -> list[str] | None:
        """Return the names of fit and predict, from the rubric's first metric check."""
        metric = next((check for check in self._pack.rubric.checks.values() if isinstance(check, Metric)), None)
        return [metric.fit, metric.predict] if metric else None

    def _hear(self, *expected: str) -> wire.Message:
        message = self._relay.hear()
        if message.get("op") == "submission_error":
            raise SubmissionError(str(message.get("text"))[:2000])
        if message.get("nonce") != self._nonce or message.get("op") not in expected:
            text = f"the proctor sent {message.get('op')!r} where {' or '.join(expected)} was expected"
            raise EngineError(text)
        return message


@contextmanager
def sit(sandbox: Sandbox, pack: Pack) -> Iterator[Sitting]:
    """Open a proctor for a pack; ends it and every box it asked for.

    Raises:
        EngineError: the back end fails, or the proctor does.
        AuthorError: the proctor says that the pack is wrong.
    """
    assignment = pack.assignment
    proctor = sandbox.open(
        BoxSpec(
            family=assignment.proctor_family,
            command=COMMAND,
            limits=PROCTOR_LIMITS,
            deadline_seconds=DEADLINE_SECONDS,
            role="proctor",
        )
    )
    spec = BoxSpec(
        family=assignment.family,
        command=RUNNER,
        limits=assignment.limits,
        deadline_seconds=DEADLINE_SECONDS,
        role="learner",
    )
    with Relay(sandbox, proctor, PROCTOR_LIMITS, spec) as relay:
        proctor.send(bundle())
        yield Sitting(relay, pack)
