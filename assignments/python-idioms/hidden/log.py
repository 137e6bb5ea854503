"""Log lines as they come: drawn for each test, with records that failed and lines that are none."""

METHODS = ("GET", "POST", "PUT")
BROKEN = ("", "restarted", "2026-03-01T12:00:00 GET / ok 0.1", "2026-03-01T12:00:00 GET / 200", "a b c 200 soon")


def parts(rng, status=None):
    """Return the five parts of a record."""
    when = f"2026-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}T{rng.randint(0, 23):02}:00:00"
    chosen = rng.choice((200, 201, 301, 404)) if status is None else status
    return when, rng.choice(METHODS), f"/maps/{rng.randint(1, 10**6)}", chosen, rng.randint(1, 4000) / 1000


def line(fields):
    """Return the line of a record."""
    return " ".join(map(str, fields))


FAR = 150


class Source:
    """Hands out lines and counts how many were asked for.

    Args:
        text: the lines.
        endless: begins again with the first when all were given, so often that nobody who waits comes to the end.
    """

    def __init__(self, text, *, endless=False):
        self.text = list(text)
        self.asked = 0
        self.endless = endless

    def __call__(self):
        """Return the next line, or None."""
        self.asked += 1
        at = self.asked - 1
        if self.endless and at < FAR:
            return self.text[at % len(self.text)]
        return self.text[at] if at < len(self.text) else None
