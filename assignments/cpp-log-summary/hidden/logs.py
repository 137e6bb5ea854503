"""Draws logs, and summarises them: what the program must write, computed without it."""

import re

LINE = re.compile(r"((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d) ([^ ]+) ([^ ]+) ([1-9]\d\d) (\d{1,10})", re.ASCII)
LONGEST = 4_000_000_000
METHODS = ("GET", "POST", "PUT", "DELETE")


def drawn_time(rng):
    return f"{rng.randint(0, 23):02}:{rng.randint(0, 59):02}:{rng.randint(0, 59):02}"


def paths(rng, count):
    """Return paths of differing lengths, all different; some are the beginning of another."""
    found = set()
    while len(found) < count:
        base = "/" + "".join(rng.choices("abcxyz", k=rng.randint(1, 9)))
        found |= {base, f"{base}/{rng.randint(1, 99)}"}
    return sorted(found)[:count]


def request(rng, path):
    """Return a line of the log."""
    status = rng.choice([200, 200, 204, 301, 404, 499, 500, 503, 599, rng.randint(100, 999)])
    taken = rng.choice([0, 7, rng.randint(0, 2000), rng.randint(0, LONGEST)])
    return f"{drawn_time(rng)} {rng.choice(METHODS)} {path} {status} {taken}"


def log(rng, requests, known):
    """Return lines of requests; some paths are asked for far more often than others."""
    weights = [rng.choice([1, 1, 2, 10]) for _ in known]
    return [request(rng, path) for path in rng.choices(known, weights, k=requests)]


def summary(lines, since="", top=None):
    """Return what the program writes for lines."""
    times, failures, bad = {}, {}, 0
    for line in lines:
        found = LINE.fullmatch(line)
        if found is None or int(found[5]) > LONGEST:
            bad += 1
        elif found[1] >= since:
            times.setdefault(found[3], []).append(int(found[5]))
            failures[found[3]] = failures.get(found[3], 0) + (int(found[4]) >= 500)
    told = []
    for path in sorted(times, key=lambda path: (-len(times[path]), path))[:top]:
        own = sorted(times[path])
        told.append(f"{path} {len(own)} {failures[path]} {own[(len(own) - 1) // 2]} {own[-1]}\n")
    return "".join(told) + f"bad {bad}\n"


def joined(lines):
    return "".join(f"{line}\n" for line in lines)
