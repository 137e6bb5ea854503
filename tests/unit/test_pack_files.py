"""Odd files in a pack are refused by name: links, folders that may not be read, too much, data without columns."""

import os
import shutil
import tempfile
from contextlib import nullcontext
from pathlib import Path

import pytest
from sorting_pack import edit

from grader import catalog
from grader.catalog import tree
from grader.errors import AuthorError, UsageError


def test_links_that_leave_the_pack_are_refused(root, tmp_path):
    """`ln -s /etc/passwd hidden/` would put a file of this machine into a digest and a proctor."""
    (tmp_path / "secret").write_text("secret")
    (root / "sorting/hidden/leak").symlink_to(tmp_path / "secret")
    with pytest.raises(AuthorError, match="link that leaves the pack"):
        catalog.load("sorting", [root])


def test_links_within_the_pack_are_files(root):
    (root / "sorting/data/again.csv").symlink_to("public.csv")
    assert catalog.load("sorting", [root]).data["again.csv"] == b"a,b\n"


@pytest.mark.parametrize("which", ["examples", "examples/reference"])
def test_examples_behind_a_link_that_leaves_the_pack_are_refused_too(root, tmp_path, which):
    (root / "sorting" / which).rename(tmp_path / "elsewhere")
    (root / "sorting" / which).symlink_to(tmp_path / "elsewhere")
    for read in (catalog.load, catalog.examples):
        with pytest.raises(AuthorError, match=f"sorting/{which}: found a link that leaves the pack"):
            read("sorting", [root])


@pytest.mark.parametrize("which", ["data/loop", "examples/loop"])
def test_a_link_that_leads_to_itself_is_refused(root, which):
    (root / "sorting" / which).symlink_to("loop")
    with pytest.raises(AuthorError, match=f"{which}: found a link that leads back to itself"):
        _ = catalog.load("sorting", [root]), catalog.examples("sorting", [root])


@pytest.mark.parametrize(("depth", "refused"), [(31, False), (32, True)])
def test_folders_are_nested_only_so_deep(root, depth, refused):
    """A thousand would end our own recursion."""
    (root / "sorting/data" / "/".join("a" * depth)).mkdir(parents=True)
    with pytest.raises(AuthorError, match="nested more than 32 deep") if refused else nullcontext():
        catalog.load("sorting", [root])


@pytest.fixture
def open_root(root):
    """A copy of `root` that any user can get at, and this process as one who is not root."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        copy = shutil.copytree(root.parent, Path(folder) / "copy") / root.name
        assert catalog.load("sorting", [copy])
        was_root = os.geteuid() == 0
        if was_root:
            for path in Path(folder).rglob("*"):
                os.chown(path, 65534, 65534)
            os.seteuid(65534)
        yield copy
        if was_root:
            os.seteuid(0)
        for path in [copy, *copy.parent.rglob("*")]:
            path.chmod(0o755)


@pytest.mark.parametrize("mode", [0o000, 0o444])
@pytest.mark.parametrize(
    "which", ["sorting", "sorting/data", "sorting/hidden/tests", "sorting/examples", "sorting/examples/reference"]
)
def test_a_folder_that_may_not_be_read_is_told(open_root, which, mode):
    (open_root / which).chmod(mode)
    with pytest.raises(AuthorError, match=rf"{which}(/[\w.]+)?: cannot be read: Permission denied"):
        catalog.load("sorting", [open_root])


def test_a_rubric_behind_a_folder_that_may_not_be_read_is_told(open_root):
    (open_root.parent / "rubrics").chmod(0)
    with pytest.raises(AuthorError, match=r"rubrics/sorting\.toml: cannot be read: Permission denied"):
        catalog.load("sorting", [open_root])


def test_a_root_that_may_not_be_read_is_a_wrong_command_line(open_root):
    open_root.chmod(0)
    with pytest.raises(UsageError, match="assignments: cannot be read: Permission denied"):
        catalog.load("sorting", [open_root])


def test_a_pack_that_may_not_be_read_hides_no_other(open_root):
    (open_root / "locked").mkdir(mode=0)
    assert catalog.slugs([open_root]) == ("locked", "sorting")
    assert catalog.load("sorting", [open_root])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_columns_of_data_are_found_whatever_ends_a_line(root, end):
    """As pandas reads them, in the proctor."""
    (root / "sorting/hidden/labels.csv").write_text(f"text,spam{end}hello,0{end}", newline="")
    edit(root, "rubric", 'generator = "rows.py"', 'data = "labels.csv"\nlabel = "spam"')
    assert catalog.load("sorting", [root])


def test_data_without_columns_is_refused(root):
    (root / "sorting/hidden/labels.csv").write_text("x" * 200_000)
    edit(root, "rubric", 'generator = "rows.py"', 'data = "labels.csv"\nlabel = "spam"')
    with pytest.raises(AuthorError, match=r"checks\.f1\.data: found a first line that cannot be read"):
        catalog.load("sorting", [root])


@pytest.mark.parametrize("make", ["folder", "broken", "pipe", "rubric", "example"])
def test_other_odd_things_in_a_pack_are_refused(root, tmp_path, make):
    pack = root / "sorting"
    if make == "folder":
        (pack / "data/loop").symlink_to(pack)
    elif make == "broken":
        (pack / "data/gone").symlink_to("nowhere")
    elif make == "pipe":
        os.mkfifo(pack / "data/pipe")
    elif make == "rubric":
        (root.parent / "rubrics/sorting.toml").rename(tmp_path / "elsewhere.toml")
        (root.parent / "rubrics/sorting.toml").symlink_to(tmp_path / "elsewhere.toml")
    else:
        (pack / "examples/more").symlink_to(tmp_path)
    with pytest.raises(AuthorError):
        _ = catalog.load("sorting", [root]), catalog.examples("sorting", [root])


def test_a_pack_that_is_too_large_is_refused(root, monkeypatch):
    monkeypatch.setattr(tree, "MAX_HIDDEN", 1000)
    (root / "sorting/hidden/a.bin").write_bytes(bytes(600))
    catalog.load("sorting", [root])
    (root / "sorting/hidden/b.bin").write_bytes(bytes(600))
    with pytest.raises(AuthorError, match="hidden: found more than"):
        catalog.load("sorting", [root])
