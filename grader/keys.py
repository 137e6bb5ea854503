"""Seeds that nobody can know beforehand and that can be repeated.

HMAC-SHA256 under the installation secret (RFC 2104): whoever lacks the secret cannot predict an input, whoever has it
gets the same inputs for the same submission on every host. Each test and each part of a generator derives a key of its
own from the seed, so that what crosses the wall never shares a random stream with what stays behind it.
"""

from __future__ import annotations

import hashlib
import hmac

PUBLISHED_SECRET = hashlib.sha256(b"grader: the published secret of `grader check`").digest()
"""The fixed secret under which `grader check` grades examples, so that `expect.toml` is exact on every machine."""


def submission_seed(secret: bytes, *, slug: str, seed_epoch: int, submission_digest: str) -> bytes:
    """Return the 32-byte seed of one submission for one assignment.

    Fields are joined with their lengths before them, so that no two different triples give the same message.
    """
    fields = (b"grader/seed/1", slug.encode(), str(seed_epoch).encode(), submission_digest.encode())
    message = b"".join(len(field).to_bytes(4, "big") + field for field in fields)
    return hmac.new(secret, message, hashlib.sha256).digest()
