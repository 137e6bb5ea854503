"""From text to seconds."""

import re

SECONDS = {"h": 3600, "m": 60, "s": 1}

_PART = re.compile(r"(-?\d+)([hms])")


def read(text):
    """Return how many seconds a duration such as `1h 30m` is.

    Parts stand in any order, at most once each, with or without spaces between them. A minus in front of the first part
    makes the whole duration negative.

    Raises:
        ValueError: it is no duration.
    """
    compact = "".join(text.split())
    parts = _PART.findall(compact)
    if not parts or "".join(number + unit for number, unit in parts) != compact:
        raise ValueError(f"no duration: {text!r}")
    units = [unit for _, unit in parts]
    if len(set(units)) != len(units):
        raise ValueError(f"a unit stands twice: {text!r}")
    return sum(int(number) * SECONDS[unit] for number, unit in parts)
