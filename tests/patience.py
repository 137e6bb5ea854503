"""Waiting for what another process does: by looking, never by a sleep that hopes."""

import select


def until(look, *, seconds: int = 60):
    """Look again and again until there is something, for at most so long."""
    for _ in range(seconds * 50):
        found = look()
        if found:
            return found
        select.select([], [], [], 0.02)
    return None
