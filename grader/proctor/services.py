"""The boxes of stand-ins for hosted services, as the engine opens them: ours alone runs in them (`sandbox/standins`).

Each is a box like the proctor's, with no network and no learner's code, and reaches nobody: what is asked of it comes
through the proctor. Its limits are for one test, however much a learner has it do.
"""

from __future__ import annotations

import json
from functools import cache

from grader.model import Limits, Pack
from grader.proctor.bundle import DEADLINE_SECONDS, LOADER
from grader.sandbox.interface import BoxSpec
from grader.settings import resource

LIMITS = Limits(cpu_seconds=20.0, memory_mb=384, processes=8, output_kb=64, disk_mb=4)
"""An index of 5,000 vectors of 384 numbers answers a query in a third of a second."""
PREPARE = f"{LOADER}\nfrom sandbox.standins.conversation import main\n"


def stand_ins(pack: Pack) -> dict[str, BoxSpec]:
    """Return the box of each service that an assignment names; in the proctor's image family, which is there anyway."""
    return {
        name: BoxSpec(
            family=pack.assignment.proctor_family,
            program=f"main({name!r})",
            limits=LIMITS,
            deadline_seconds=DEADLINE_SECONDS,
            role="stand-in",
            prepare=PREPARE,
            bundle=_bundle(),
            party=pack.digest,
            tenancy="cell",
        )
        for name in pack.assignment.services
    }


@cache
def _bundle() -> bytes:
    """Return the sources by module name, as JSON."""
    sandbox = resource("sandbox")
    files = {f"sandbox.standins.{path.stem}": path for path in (sandbox / "standins").glob("*.py")}
    files["sandbox.standins"] = files.pop("sandbox.standins.__init__")
    files.pop("sandbox.standins.__main__")
    files["sandbox.runner"] = sandbox / "runner" / "__init__.py"
    files["sandbox.runner.frames"] = sandbox / "runner" / "frames.py"
    sources = {name: path.read_text(encoding="utf-8") for name, path in files.items()}
    return json.dumps({"sandbox": "", **sources}, sort_keys=True).encode()
