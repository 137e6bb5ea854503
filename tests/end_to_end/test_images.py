"""Image families on a real engine: each holds what it promises, and the very same reaches other hosts."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import docker
import pytest
import tiers
from command import grader
from own_docker import OwnDocker

from grader.errors import EngineError
from grader.sandbox import images, recipes
from grader.sandbox.docker import DockerSandbox
from grader.sandbox.docker_client import connect
from grader.sandbox.self_test import self_test
from grader.settings import resource

SANDBOX = resource("sandbox")

pytestmark = pytest.mark.docker


@pytest.fixture
def other_host() -> Iterator[OwnDocker]:
    """Another engine, which has no image."""
    with tempfile.TemporaryDirectory(prefix="gi-") as folder, OwnDocker(Path(folder) / "d") as engine:
        yield engine


@pytest.fixture(scope="module")
def sandbox() -> DockerSandbox:
    """Boxes as submissions have them."""
    return DockerSandbox(SANDBOX)


@pytest.mark.timeout(500)  # the heaviest trains a model, on a machine that may be busy
@pytest.mark.parametrize("family", tiers.families())
def test_a_family_holds_what_it_promises(family, sandbox):
    """It imports, compiles or trains in a box like a learner's, in the very versions that it is pinned to."""
    versions = self_test(sandbox, family, SANDBOX)
    assert versions.keys() == {**recipes.pins(family, SANDBOX), **recipes.packages(family, SANDBOX)}.keys()


def test_a_promise_that_is_not_kept_is_told(sandbox, monkeypatch):
    """The self-test can fail: by a module that is not there, a version that is another, a trial that does not work."""
    assert self_test(sandbox, "python-core", SANDBOX) == {}
    monkeypatch.setattr(recipes, "pins", lambda *_: {"numpy": "9.9"})
    with pytest.raises(EngineError, match=r"numpy is None, pinned 9\.9"):
        self_test(sandbox, "python-core", SANDBOX)
    monkeypatch.setattr(recipes, "promises", lambda *_: ["torch"])
    with pytest.raises(EngineError, match="No module named 'torch'"):
        self_test(sandbox, "python-core", SANDBOX)


def test_families_share_the_layers_of_what_they_build_on():
    """Each image begins with all layers of the one it builds on, so what is common is stored once."""
    client = connect()
    for family in tiers.families():
        *below, own = (member.name for member in recipes.line(family, SANDBOX))
        layers = client.images.get(f"grader/{own}:bare").attrs["RootFS"]["Layers"]
        for name in below:
            lower = client.images.get(f"grader/{name}:bare").attrs["RootFS"]["Layers"]
            assert layers[: len(lower)] == lower, (own, name)


def test_images_test_says_what_was_seen(tmp_path):
    """One command, which a machine can read, too."""
    done = grader("images", "test", "python-ml", "--json", home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"python-ml": recipes.pins("python-ml", SANDBOX)}


def test_an_image_carried_to_another_host_is_the_very_same(tmp_path, other_host):
    """Saved here and loaded there, it has one recipe and one id; a file cut off on the way is refused before that."""
    file, cut = tmp_path / "images.tar.gz", tmp_path / "cut.tar.gz"
    here = images.find(connect(), "python-core", SANDBOX)

    saved = grader("images", "save", file, "python-core", home=tmp_path)
    assert (saved.returncode, saved.stdout) == (0, f"python-core  {here.recipe}\n"), saved.stderr
    assert file.stat().st_mode & 0o777 == 0o644
    assert sorted(tmp_path.iterdir()) == [file]

    cut.write_bytes(file.read_bytes()[: 10**6])
    refused = grader("images", "load", cut, home=tmp_path, DOCKER_HOST=other_host.url)
    assert refused.returncode == 2
    assert "cut off" in refused.stderr
    assert _tags(other_host) == []

    loaded = grader("images", "load", file, "--json", home=tmp_path, DOCKER_HOST=other_host.url)
    assert loaded.returncode == 0, loaded.stderr
    assert json.loads(loaded.stdout) == [{"family": "python-core", "recipe": here.recipe, "id": here.id}]
    assert _tags(other_host) == ["grader/python-core:latest"]


def _tags(host: OwnDocker) -> list[str]:
    with closing(docker.DockerClient(host.url)) as client:
        return [tag for image in client.images.list() for tag in image.tags]
