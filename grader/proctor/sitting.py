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
from grader.model import Assignment, Growth, Latency, Limits, Pack, Submission, Tenancy, Tests, Usage
from grader.proctor.boxes import BUILD
from grader.proctor.bundle import DEADLINE_SECONDS, PROGRAM, bundle, prepare, prepare_box
from grader.proctor.relay import Relay
from grader.proctor.services import stand_ins
from grader.sandbox.interface import BoxSpec, Sandbox
from grader.sandbox.watched import add

RUNNER = "from grader_runner.main import main; main()"
"""What a learner's box runs, as the child of process 1."""

Evidence = tuple[list[wire.Message], wire.Message, Usage]
"""What was given for the items of a check, the closing message, and what its boxes used."""


class Sitting:
    """An open conversation.

    Args:
        relay: to the proctor.
        pack: what judges.

    Attributes:
        given: evidence for the items of the check under way, so far.
        used: what its boxes used, so far.
    """

    def __init__(self, relay: Relay, pack: Pack) -> None:
        self._relay = relay
        self._pack = pack
        self._nonce = secrets.token_hex(16)
        self.given: list[wire.Message] = []
        self.used = Usage()

    def start(self, submission: Submission, seed: bytes) -> None:
        """Hand over the submission, the pack's hidden and public files and the seed."""
        files = {f"submission/{name}": content for name, content in submission.files.items()}
        files |= {f"data/{name}": content for name, content in self._pack.data.items()}
        files |= {f"hidden/{name}": content for name, content in self._pack.hidden.items()}
        if any(isinstance(check, Latency | Growth) for check in self._pack.rubric.checks.values()):
            files |= {f"reference/{name}": content for name, content in self._pack.reference.items()}
        self._relay.tell(
            {
                "op": "start",
                "nonce": self._nonce,
                "kind": self._pack.assignment.kind,
                "build": options(self._pack.assignment),
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

    def ask(self, name: str, order: Mapping[str, Any], limits: Limits, limits_of: Mapping[str, Limits]) -> Evidence:
        """Have one check carried out.

        Args:
            name: its name in the rubric.
            order: what is asked.
            limits: of one test or call.
            limits_of: of the tests that have their own, by id.
        """
        self.given, self.used = [], Usage()
        self._relay.begin(replace(self._relay.boxes.spec, limits=limits), limits_of)
        self._relay.tell({"op": "ask", "check": name, **order})
        while True:
            message = self._hear("item", "done")
            if message.get("check") != name:
                text = f"the proctor spoke of check {message.get('check')!r} when asked for {name!r}"
                raise EngineError(text)
            if message["op"] == "done":
                return self.given, message, add(self.used, self._relay.boxes.take_usage())
            self.used = add(self.used, message["usage"])
            self.given.append(message)

    def imported(self) -> dict[str, str]:
        """Return the version of each library that loading the submission imports, by name: the box's own word."""
        self._relay.begin(self._relay.boxes.spec, {})
        self._relay.tell({"op": "imported"})
        return self._hear("imported")["libraries"]  # type: ignore[no-any-return]  # the proctor's, under our nonce

    @property
    def running(self) -> str:
        """The test that is running, or empty."""
        return self._relay.running

    @property
    def box_spoke(self) -> bool:
        """Whether a box has said something since the test, or the check, began."""
        return self._relay.boxes.spoke

    @property
    def printed(self) -> str:
        """The tail of what the last box printed."""
        return self._relay.boxes.printed

    def _hear(self, *expected: str) -> wire.Message:
        message = self._relay.hear()
        if message.get("op") == "submission_error":
            raise SubmissionError(str(message.get("text"))[:2000])
        if message.get("nonce") != self._nonce or message.get("op") not in expected:
            text = f"the proctor sent {message.get('op')!r} where {' or '.join(expected)} was expected"
            raise EngineError(text)
        return message


def options(assignment: Assignment) -> dict[str, Any]:
    """Return what a build and the start of a program depend on, beside the files."""
    build = assignment.build
    return {"standard": build.standard, "main": build.main, "heap_mb": build.heap_mb, "memory_mb": build.memory_mb}


@contextmanager
def sit(sandbox: Sandbox, pack: Pack, tenancy: Tenancy, *, ahead: bool = True) -> Iterator[Sitting]:
    """Open a proctor for a pack; ends it and every box it asked for.

    Args:
        sandbox: where.
        pack: what judges.
        tenancy: of the learner's boxes. The proctor is always opened in a cell where there can be one, which no other
            pack's proctor ever shares: what runs in it is the author's, and it begins with nothing of anyone's.
        ahead: import in a learner's box what submissions will import, before there is one.

    Raises:
        EngineError: the back end fails, or the proctor does.
        AuthorError: the proctor says that the pack is wrong.
    """
    assignment = pack.assignment
    proctor = sandbox.open(
        BoxSpec(
            family=assignment.proctor_family,
            program=PROGRAM,
            limits=assignment.judging,
            deadline_seconds=DEADLINE_SECONDS,
            role="proctor",
            prepare=prepare(pack),
            bundle=bundle(),
            party=pack.digest,
            tenancy="cell",
        )
    )
    spec = BoxSpec(
        family=assignment.family,
        program=RUNNER,
        limits=assignment.limits,
        deadline_seconds=DEADLINE_SECONDS,
        role="learner",
        prepare=prepare_box(pack) if ahead else "",
        filter="web" if assignment.services else "learner",
        tenancy=tenancy,
    )
    parts = {BUILD: replace(spec, limits=assignment.build), **stand_ins(pack)}
    with Relay(sandbox, proctor, assignment.judging, spec, parts) as relay:
        yield Sitting(relay, pack)
