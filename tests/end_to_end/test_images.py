"""Image families on a real engine: each holds what it promises, and the very same reaches other hosts."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import docker
import pytest
from command import grader
from own_docker import OwnDocker

from grader.sandbox import images, recipes
from grader.sandbox.docker import connect
from grader.settings import resource

pytestmark = pytest.mark.docker


@pytest.fixture
def other_host() -> Iterator[OwnDocker]:
    """Another engine, which has no image."""
    with tempfile.TemporaryDirectory(prefix="gi-") as folder, OwnDocker(Path(folder) / "d") as engine:
        yield engine


@pytest.mark.parametrize("family", sorted(recipes.families(resource("sandbox"))))
def test_a_family_holds_what_it_promises(family):
    """Its libraries import as the box's user, without network, on a read-only root."""
    images.self_test(connect(), family)


def test_an_image_carried_to_another_host_is_the_very_same(tmp_path, other_host):
    """Saved here and loaded there, it has one recipe and one id; a file cut off on the way is refused before that."""
    file, cut = tmp_path / "images.tar.gz", tmp_path / "cut.tar.gz"
    here = images.find(connect(), "python-core", resource("sandbox"))

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
