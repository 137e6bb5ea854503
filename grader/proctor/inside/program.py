"""The fixture `program`: one run is one new process in the learner's box.

Output and exit code are the learner's word, as any answer is: a test compares the output with what it expects. A run
that a signal ended, a sanitizer's report included, is CRASHED, and sticks to the test whatever that catches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.proctor.inside.bad_answer import BadReply
from grader.proctor.inside.box import Box


@dataclass(frozen=True, slots=True)
class Run:
    """What came of a run.

    Attributes:
        stdout: what the program wrote to its output, bytes.
        code: its exit code, 0 to 255.
    """

    stdout: bytes
    code: int

    @property
    def text(self) -> str:
        """The output as text; bytes that are no UTF-8 become replacement characters."""
        return self.stdout.decode("utf-8", "replace")


class Program:
    """The learner's program, in the box of a test.

    Args:
        box: of the test.
    """

    def __init__(self, box: Box) -> None:
        self._box = box

    def run(self, stdin: str | bytes = b"", args: Sequence[str] = ()) -> Run:
        """Start the program, give it `stdin` and `args`, and wait until it has ended.

        Raises:
            BaseException: it was ended by a signal, passed a limit, or the box answered with something else.
        """
        given = stdin.encode() if isinstance(stdin, str) else bytes(stdin)
        answer = self._box.value("run", {"stdin": given, "args": [str(arg) for arg in args]})
        if type(answer) is not list or [type(part) for part in answer] != [bytes, int] or not 0 <= answer[1] <= 255:  # noqa: PLR2004 - an exit code is a byte
            raise self._box.notes.stick(BadReply("a run that is none"))
        return Run(*answer)
