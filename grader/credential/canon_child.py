"""The process that canonicalises what strangers wrote: it limits itself, then answers one line for each line it reads.

It holds no key and knows nothing of trust. What comes out of it is a digest or a sentence, never the statements
themselves. The limits are set before the first byte of a stranger's is read; the processor's is moved on with each
question, so that one process can answer many. Run by `bounded` as `python -m grader.credential.canon_child`.
"""

from __future__ import annotations

import hashlib
import json
import math
import resource
import sys
from typing import Any

from grader.credential import linked
from grader.credential.refusal import Refused


def main() -> None:
    """Answer until the other side closes."""
    cpu_seconds, memory_mb = int(sys.argv[1]), int(sys.argv[2])
    _limit(resource.RLIMIT_AS, memory_mb * 1024 * 1024)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)
    for line in sys.stdin.buffer:
        used = resource.getrusage(resource.RUSAGE_SELF)
        soft = math.ceil(used.ru_utime + used.ru_stime) + cpu_seconds
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))
        sys.stdout.write(json.dumps(_answer(line)) + "\n")
        sys.stdout.flush()


def _answer(line: bytes) -> dict[str, Any]:
    """Return the digests of the document and of each configuration of a proof, or why there are none."""
    try:
        question = json.loads(line)
        expanded = linked.expand(question["document"])
        texts = [linked.n_quads(one) for one in (expanded, *question["configurations"])]
        return {"digests": [hashlib.sha256(text.encode()).hexdigest() for text in texts]}
    except Refused as refusal:
        return {"refused": str(refusal)}
    except (MemoryError, RecursionError):
        return {"refused": "reading the document as linked data takes more memory than a credential can need"}


def _limit(which: int, most: int) -> None:
    resource.setrlimit(which, (most, most))


if __name__ == "__main__":
    main()
