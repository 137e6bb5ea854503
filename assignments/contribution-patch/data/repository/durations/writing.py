"""From seconds to text."""


def write(seconds):
    """Return a duration as people write it: `5400` is `1h 30m`, `0` is `0s`.

    Parts that are zero are left out. A negative duration has one minus, in front of all of it.
    """
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{count}{unit}" for count, unit in ((hours, "h"), (minutes, "m"), (rest, "s")) if count]
    return " ".join(parts) or "0s"
