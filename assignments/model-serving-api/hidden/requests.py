"""What predictions are timed on: wines that nobody has seen, one by one."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

wines = SimpleNamespace(**run_path(str(Path(__file__).parent / "tests" / "wines.py")))


def requests(keys):
    """Yield one request for a prediction after another, without end."""
    rng = keys.rng("wines")
    while True:
        yield "POST", "/predict", {"json": wines.draw(rng)}


def agrees(request, answer, _right):
    """Whether a response tells what the model says of the wine."""
    return answer.status == 200 and wines.is_right(answer.json(), request[2]["json"])
