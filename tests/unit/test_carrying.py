"""Files of images are believed little: what they hold is looked at before an engine hears of it.

The engine is a stand-in that gives and takes archives; `tests/end_to_end/test_images.py` has real ones.
"""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import docker
import pytest
from command import grader

from grader.errors import EngineError, UsageError
from grader.sandbox import carrying, recipes
from grader.settings import resource

SANDBOX = resource("sandbox")
BASE = "grader/base:local"
CORE, ML = "python-core", "python-ml"


def described(family: str, **other: str) -> dict:
    """Return the description of an image as an engine gives it."""
    known = family in recipes.families(SANDBOX)
    recipe = recipes.recipe_digest(family, BASE, SANDBOX) if known else "sha256:00"
    labels = {"grader.family": family, "grader.recipe": recipe, "grader.base": BASE} | other
    return {"architecture": other.get("architecture", "amd64"), "config": {"Labels": labels}}


def archive(*families: str, tag: str = "grader/{}:latest", **other: str) -> bytes:
    """Return an archive of images, laid out as `docker save` lays it out."""
    members = {"layer/layer.tar": b"\0" * 2048}
    listed = []
    for family in families:
        members[f"{family}.json"] = json.dumps(described(family, **other)).encode()
        listed.append({"Config": f"{family}.json", "RepoTags": [tag.format(family)], "Layers": ["layer/layer.tar"]})
    members["manifest.json"] = json.dumps(listed).encode()
    return packed(members)


def packed(members: dict[str, bytes]) -> bytes:
    """Return files as a tar archive."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return made.getvalue()


class Engine:
    """A stand-in for a Docker engine and its client.

    Args:
        there: the families that it has.
        gives: the archive that it answers with.
        says: what it answers to an archive.
    """

    def __init__(self, *there: str, gives: bytes | None = None, says: tuple[dict, ...] = ()) -> None:
        self.there = set(there)
        self.gives = archive(*there) if gives is None else gives
        self.says = says
        self.asked: list[str] = []
        self.taken: list[bytes] = []
        self.images = self
        self.api = SimpleNamespace(base_url="x", api_version="1", get=self._save, load_image=self._load)

    def get(self, tag: str) -> SimpleNamespace:
        family = tag.removeprefix("grader/")
        if family not in self.there:
            raise docker.errors.ImageNotFound(tag)
        return SimpleNamespace(id=f"id of {family}", labels=described(family)["config"]["Labels"])

    def version(self) -> dict[str, str]:
        return {"Arch": "amd64"}

    def _save(self, _url: str, *, params: dict[str, list[str]], **_how: object) -> nullcontext:
        self.asked += params["names"]
        return nullcontext(SimpleNamespace(raise_for_status=lambda: None, iter_content=lambda _size: [self.gives]))

    def _load(self, chunks: list[bytes], *, quiet: bool) -> tuple[dict, ...]:
        self.taken.append(b"".join(chunks))
        self.there |= {CORE, ML}
        return self.says


def silent(_step: str) -> None:
    """Say nothing."""


def written(folder: Path, content: bytes) -> Path:
    file = folder / "images.tar.gz"
    file.write_bytes(gzip.compress(content, compresslevel=1))
    return file


def refused(engine: Engine, file: Path, kind: type[Exception]) -> str:
    """Return the sentence that a file is refused with, before the engine hears of it."""
    with pytest.raises(kind) as caught:
        carrying.load(engine, file, sandbox_dir=SANDBOX, progress=silent)
    assert engine.taken == []
    return str(caught.value)


def test_families_go_into_one_file_and_come_out(tmp_path):
    """Promises one archive of all families, each asked for by its whole name."""
    file, here, there = tmp_path / "images.tar.gz", Engine(CORE, ML), Engine()
    saved = carrying.save(here, [CORE, ML, CORE], file, sandbox_dir=SANDBOX, progress=silent)
    assert here.asked == [f"grader/{CORE}:latest", f"grader/{ML}:latest"]
    assert gzip.decompress(file.read_bytes()) == archive(CORE, ML)
    assert list(tmp_path.iterdir()) == [file]
    assert file.stat().st_mode & 0o777 == 0o644
    assert carrying.load(there, file, sandbox_dir=SANDBOX, progress=silent) == saved
    assert there.taken == [file.read_bytes()]


def test_megabytes_are_said(tmp_path):
    """Promises a word now and then, and one at the end."""
    said: list[str] = []
    assert list(carrying._counted([bytes(10**7)] * 6, said.append))
    assert said == ["30 MB", "60 MB", "60 MB in all"]


def test_a_file_that_is_there_stays(tmp_path):
    """Promises that nothing is overwritten unasked, nor before the new file is whole."""
    file, engine = written(tmp_path, b"of yesterday"), Engine(CORE)
    before = file.read_bytes()
    with pytest.raises(UsageError, match="--force"):
        carrying.save(engine, [CORE], file, sandbox_dir=SANDBOX, progress=silent)
    half = Engine(CORE, gives=archive(CORE)[:2000] + b'{"error": "no space left on device"}')
    with pytest.raises(EngineError, match="nothing was written"):
        carrying.save(half, [CORE], file, sandbox_dir=SANDBOX, progress=silent, force=True)
    assert (file.read_bytes(), list(tmp_path.iterdir())) == (before, [file])
    carrying.save(engine, [CORE], file, sandbox_dir=SANDBOX, progress=silent, force=True)
    assert gzip.decompress(file.read_bytes()) == archive(CORE)


def test_a_place_where_no_file_can_be_is_refused(tmp_path):
    """Promises a sentence before the work, with --force too."""
    for file, why in ((tmp_path / "none" / "x", "there is no folder"), (tmp_path, "is a folder")):
        with pytest.raises(UsageError, match=why):
            carrying.save(Engine(CORE), [CORE], file, sandbox_dir=SANDBOX, progress=silent, force=True)


def test_a_disk_that_is_full_is_said(tmp_path, monkeypatch):
    """Promises a sentence about the file, and nothing left behind."""

    def full(*_about: object, **_how: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(carrying.gzip, "open", full)
    with pytest.raises(EngineError, match=r"cannot write .*images: No space left"):
        carrying.save(Engine(CORE), [CORE], tmp_path / "images", sandbox_dir=SANDBOX, progress=silent)
    assert list(tmp_path.iterdir()) == []


def test_a_family_that_is_not_built_is_named(tmp_path):
    with pytest.raises(EngineError, match=f"image {ML} is not built"):
        carrying.save(Engine(CORE), [CORE, ML], tmp_path / "x", sandbox_dir=SANDBOX, progress=silent)


@pytest.mark.parametrize("length", [0, 1, 9, 40, -1, -9])
def test_a_file_that_is_cut_off_is_refused(tmp_path, length):
    file = written(tmp_path, archive(CORE))
    file.write_bytes(file.read_bytes()[:length])
    assert "is cut off" in refused(Engine(), file, UsageError)


def test_a_file_that_was_damaged_is_refused(tmp_path):
    """Promises that the checksum at the end of the file is looked at."""
    file = written(tmp_path, archive(CORE))
    content = bytearray(file.read_bytes())
    content[-8] ^= 1
    file.write_bytes(content)
    assert "damaged" in refused(Engine(), file, UsageError)


FOREIGN = {
    "no tar archive": b"hello" * 1000,
    "an archive of something else": packed({"notes.txt": b"hello"}),
    "a list that is none": packed({"manifest.json": b"{"}),
    "a list of nothing": packed({"manifest.json": b"[]"}),
    "a list too deep": packed({"manifest.json": b"[" * 200_000}),
    "a list of what is not there": packed({"manifest.json": b'[{"Config": "a", "RepoTags": ["grader/x:latest"]}]'}),
    "an image of others": archive(CORE, tag="debian:latest"),
    "the image that families are built on": archive(CORE, tag="grader/{}:bare"),
    "an image without labels": packed(
        {
            "a.json": b'{"architecture": "amd64", "config": {"Labels": null}}',
            "manifest.json": b'[{"Config": "a.json", "RepoTags": ["grader/python-core:latest"]}]',
        }
    ),
}


@pytest.mark.parametrize("content", FOREIGN.values(), ids=FOREIGN)
def test_a_foreign_file_is_refused(tmp_path, content):
    assert "grader images save" in refused(Engine(), written(tmp_path, content), UsageError)


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    assert "No such file" in refused(Engine(), tmp_path / "none", UsageError)
    assert "Is a directory" in refused(Engine(), tmp_path, UsageError)


def test_images_of_other_sources_are_refused(tmp_path):
    """Promises that the family is named, and what both hosts need."""
    newer = written(tmp_path, archive(CORE, **{"grader.recipe": "sha256:11"}))
    assert f"image {CORE} in {newer} comes from other sources" in refused(Engine(), newer, EngineError)
    unknown = written(tmp_path, archive("python-quantum"))
    assert "image python-quantum" in refused(Engine(), unknown, EngineError)
    assert "same version of grader" in refused(Engine(), unknown, EngineError)


def test_images_for_other_machines_are_refused(tmp_path):
    """Promises that nobody meets this as an exec format error in every box."""
    file = written(tmp_path, archive(CORE, architecture="arm64"))
    assert "is for arm64" in refused(Engine(), file, EngineError)


def test_what_the_engine_says_against_it_is_said(tmp_path):
    engine = Engine(says=({"status": "Loading layer"}, {"error": "no space left on device"}))
    with pytest.raises(EngineError, match="no space left on device"):
        carrying.load(engine, written(tmp_path, archive(CORE)), sandbox_dir=SANDBOX, progress=silent)


@pytest.mark.parametrize("command", ["save", "load"])
def test_the_embedded_sandbox_has_no_images(tmp_path, command):
    """Promises a plain word where there is nothing to carry."""
    done = grader("images", command, tmp_path / "x", home=tmp_path, GRADER_SANDBOX="embedded")
    assert done.returncode == 2
    assert "run `grader images build` on each host" in done.stderr
