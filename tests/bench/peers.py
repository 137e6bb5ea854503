"""Other graders on the same tests and the same submission, each as its makers have it.

    otter run             no container, one notebook a time; tests in its exception format, one file
    nbgrader autograde    no container, a batch of notebooks; one cell for the solution and one for each test
    gradescope-utils      a container a submission, with its test runner over unittest

Their packages are those of the group `bench` in pyproject.toml, each in an environment of its own that is made at the
first run. Notebooks hold the very text of the reference solution and of the hidden tests; libraries have one thread, as
everywhere here. Neither otter nor nbgrader has a wall in these two modes.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tomllib
import venv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat
from limits import HARDENED
from nbformat.v4 import new_code_cell, new_notebook
from variants import LIGHT, ML, Variant
from verdicts import GRADESCOPE, NBGRADER, OTTER
from yardstick import Row, Yardstick, repeated

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / ".build" / "peers"
FAMILY_OF = {LIGHT.name: "python-core", ML.name: "python-ml"}
_BESIDES = {"otter-grader": ["ipykernel"]}
"""What a peer needs and leaves to whoever installs it."""
LENT = '''
import random as _random
import types as _types


def _lent(test, names):
    """Lend a test what our fixtures would."""
    lent = {"submission": _types.SimpleNamespace(**names), "rng": _random.Random(test.__name__)}
    return test(**{name: lent[name] for name in test.__code__.co_varnames[: test.__code__.co_argcount]})
'''


def all_rows(yardstick: Yardstick, docker: str, folder: Path, *, few: bool) -> Iterator[Row]:
    """Yield a row for each peer and pack."""
    prepare()
    for variant in (LIGHT,) if few else (LIGHT, ML):
        place = folder / f"peers-{variant.name}"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        peer = Peer(yardstick, variant, place)
        yield peer.otter(1 if few else 5)
        yield peer.nbgrader(2 if few else 10)
        yield peer.gradescope(docker, 2 if few else 10)


def prepare() -> None:
    """Make the environments of the peers, unless they are there: one each, so that none pays for another's."""
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]["bench"]
    # numerical libraries as in the image, so that nobody is measured with others
    locked = (ROOT / "sandbox" / "images" / "python-ml" / "requirements.txt").read_text(encoding="utf-8")
    held = re.findall(r"^(?:numpy|pandas|scikit-learn)==[^\s;]+", locked, re.MULTILINE)
    for package in asked:
        name = package.partition("==")[0]
        place, wanted = PLACE / name, [package, *_BESIDES.get(name, []), *held]
        stamp = place / "made-from"
        if stamp.exists() and stamp.read_text(encoding="utf-8") == "\n".join(wanted):
            continue
        venv.create(place, with_pip=True, clear=True)
        pip = [str(place / "bin" / "python"), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
        subprocess.run([*pip, *wanted], check=True)
        stamp.write_text("\n".join(wanted), encoding="utf-8")


class Peer:
    """The peers on one pack.

    Args:
        yardstick: to measure with.
        variant: which pack.
        folder: for what they write.
    """

    def __init__(self, yardstick: Yardstick, variant: Variant, folder: Path) -> None:
        self._yardstick = yardstick
        self._variant = variant
        self._folder = folder
        self._tests = "\n\n".join(variant.hidden().values())
        self._names = re.findall(r"^def (test_\w+)", self._tests, re.MULTILINE)
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "PYTHON"))},
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "HOME": str(folder),
        }

    def otter(self, count: int) -> Row:
        """Measure `otter run`, one after the other."""
        tests = self._folder / "tests"
        tests.mkdir()
        cases = "".join(
            f"\n\n@test_case(points=1)\ndef case_{name}(env):\n    _lent({name}, env)\n" for name in self._names
        )
        head = 'from otter.test_files import test_case\n\nOK_FORMAT = False\nname = "q1"\npoints = None\n'
        (tests / "q1.py").write_text(head + self._tests + LENT + cases, encoding="utf-8")
        self._call("otter", "generate", "-t", "tests", "-o", "autograder.zip", "--no-environment", "--no-requirements")
        cells = [new_code_cell(self._variant.reference().decode())]

        def measure(number: int) -> Row:
            self._write("submission.ipynb", [*cells, new_code_cell(f"# {number}")])
            return self._run("otter", "run", "-a", "autograder.zip", "-o", ".", "--no-logo", "submission.ipynb")

        cpu, wall, parts = repeated(measure, count)
        results = json.loads((self._folder / "results.json").read_text(encoding="utf-8"))
        _refuse_unless(str(results).count("Test case passed") >= len(self._names) or _whole(results), OTTER, results)
        return Row(what=OTTER, pack=self._variant.name, n=count, cpu_ms=cpu, wall_ms=wall, parts=parts)

    def nbgrader(self, count: int) -> Row:
        """Measure `nbgrader autograde` of a batch."""
        course = self._folder / "course"
        (course / "source" / "a").mkdir(parents=True)
        (course / "nbgrader_config.py").write_text(
            f"c = get_config()\nc.CourseDirectory.root = {str(course)!r}\n", encoding="utf-8"
        )
        solution = self._variant.reference().decode()
        blank = "### BEGIN SOLUTION\n" + solution + "### END SOLUTION\n"
        self._write("course/source/a/a.ipynb", [_cell(blank, "solution", solution=True), *self._cells()])
        self._call("nbgrader", "generate_assignment", "a", "--create", cwd=course)
        for number in range(count):
            cell = _cell(solution + f"# {number}\n", "solution", solution=True)
            self._write(f"course/submitted/s{number}/a/a.ipynb", [cell, *self._cells()])
        row = self._run("nbgrader", "autograde", "a", cwd=course)
        graded = list((course / "autograded").glob("*/a/a.ipynb"))
        wrong = [path for path in graded if '"output_type": "error"' in path.read_text(encoding="utf-8")]
        _refuse_unless(len(graded) == count and not wrong, NBGRADER, [str(path) for path in wrong])
        parts = {name: figure / count for name, figure in row.parts.items()}
        return Row(what=NBGRADER, pack=self._variant.name, n=count, cpu_ms=row.cpu_ms / count, parts=parts)

    def gradescope(self, docker: str, count: int) -> Row:
        """Measure a container a submission, in an image of our own base with gradescope-utils in it."""
        source = self._folder / "image"
        source.mkdir()
        package = next((PLACE / "gradescope-utils" / "lib").glob("python3*/site-packages/gradescope_utils"))
        shutil.copytree(package, source / "gradescope_utils", ignore=shutil.ignore_patterns("__pycache__"))
        (source / "run_tests.py").write_text(self._unittest(), encoding="utf-8")
        (source / "Dockerfile").write_text(
            f"FROM grader/{FAMILY_OF[self._variant.name]}:latest\nUSER 0:0\n"
            "COPY gradescope_utils /opt/grader/gradescope_utils\nCOPY run_tests.py /autograder/run_tests.py\n"
            "RUN mkdir -p /autograder/results\nENV PYTHONPATH=/opt/grader:/autograder/submission\n",
            encoding="utf-8",
        )
        at = ["docker", f"--host={docker}"]
        image = f"grader-bench/gradescope-{self._variant.name}"
        self._call(
            *at, "build", "--quiet", "--network=none", "--tag", image, str(source), more={"DOCKER_BUILDKIT": "0"}
        )
        submission = self._folder / "submission"
        submission.mkdir()
        bound = f"--volume={submission}:/autograder/submission:ro"
        plain = [option for option in HARDENED if option.startswith(("--rm", "--network", "--env", "--log"))]

        def measure(number: int) -> Row:
            (submission / "solution.py").write_bytes(self._variant.reference() + f"\n# {number}\n".encode())
            return self._run(*at, "run", *plain, bound, image, "python3", "/autograder/run_tests.py")

        cpu, wall, parts = repeated(measure, count)
        return Row(what=GRADESCOPE, pack=self._variant.name, n=count, cpu_ms=cpu, wall_ms=wall, parts=parts)

    def _cells(self) -> Iterator[Any]:
        """Yield a notebook's cells after the solution: what tests share, then a graded cell for each."""
        head = self._tests + LENT
        yield _cell(head, "shared", locked=True)
        for name in self._names:
            yield _cell(f"_lent({name}, globals())", name, graded=True, locked=True)

    def _unittest(self) -> str:
        """Return the tests as a program of gradescope-utils."""
        methods = "".join(
            f"\n    @weight(1)\n    def test_{number}(self):\n        _lent({name}, vars(solution))\n"
            for number, name in enumerate(self._names)
        )
        return (
            "import unittest\n\nimport solution\nfrom gradescope_utils.autograder_utils.decorators import weight\n"
            "from gradescope_utils.autograder_utils.json_test_runner import JSONTestRunner\n\n"
            f"{self._tests}{LENT}\n\nclass Tests(unittest.TestCase):{methods}\n\n"
            "with open('/autograder/results/results.json', 'w') as out:\n"
            "    done = JSONTestRunner(visibility='visible', stream=out).run(\n"
            "        unittest.defaultTestLoader.loadTestsFromTestCase(Tests))\n"
            "raise SystemExit(not done.wasSuccessful())\n"
        )

    def _write(self, name: str, cells: list[Any]) -> None:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        nbformat.write(new_notebook(cells=cells, metadata=kernel), path)

    def _run(self, *command: str, cwd: Path | None = None) -> Row:
        said = self._folder / "said"
        with said.open("wb") as out:
            options = {"cwd": cwd or self._folder, "env": self._for(command[0]), "stdout": out, "stderr": out}
            try:
                return self._yardstick.run(command, **options)
            except subprocess.CalledProcessError as error:
                raise RuntimeError(f"{error}:\n{said.read_text(errors='replace')[-2000:]}") from error

    def _call(self, *command: str, cwd: Path | None = None, more: Mapping[str, str] | None = None) -> None:
        """Run what is not measured; what it says is shown where it fails."""
        environment = {**self._for(command[0]), **(more or {})}
        done = subprocess.run(
            command, cwd=cwd or self._folder, env=environment, check=False, capture_output=True, text=True
        )
        _refuse_unless(done.returncode == 0, " ".join(command), done.stdout[-2000:] + done.stderr[-2000:])

    def _for(self, program: str) -> dict[str, str]:
        """Return an environment in which a peer's program is the one that was installed for it."""
        own = next((str(one / "bin") for one in PLACE.iterdir() if (one / "bin" / program).exists()), "")
        return {**self._environment, "PATH": os.pathsep.join(filter(None, (own, os.environ["PATH"])))}


def _cell(source: str, name: str, *, solution: bool = False, graded: bool = False, locked: bool = False) -> Any:
    about = {"schema_version": 3, "grade_id": name, "grade": graded, "solution": solution, "locked": locked}
    cell = new_code_cell(source, metadata={"nbgrader": {**about, "task": False} | ({"points": 1} if graded else {})})
    cell["id"] = re.sub(r"[^a-zA-Z0-9-]", "-", name)[:60]
    return cell


def _whole(results: Mapping[str, Any]) -> bool:
    """Whether every test has all its points."""
    return all(one.get("score") == one.get("max_score") for one in results["tests"] if one.get("max_score"))


def _refuse_unless(well: bool, what: str, said: object) -> None:  # noqa: FBT001 - read as a sentence
    if not well:
        raise RuntimeError(f"{what} did not do what it is measured for: {said}")
