"""A record as JSON for people and programs: exactly what is hashed, plus indentation.

Through `canonical.plain` and nothing else, so that whoever reads `--json` can compute the digests again.
"""

from __future__ import annotations

import json
from typing import Any

from grader import canonical


def as_json(record: Any) -> str:
    """Return `record` as indented JSON with sorted keys and plain ASCII, ending in a line feed."""
    return json.dumps(canonical.plain(record), sort_keys=True, indent=2, ensure_ascii=True) + "\n"
