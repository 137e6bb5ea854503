"""Durations as people write them: `1h 30m`, `45s`, `-2h 5m`."""

from durations.reading import read
from durations.writing import write

__all__ = ["read", "write"]
