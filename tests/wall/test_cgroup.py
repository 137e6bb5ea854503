"""What is read of control groups, from files written here: both versions, and what is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest

from grader.model import Limits
from grader.sandbox.cgroup import ROOT, Cgroup
from grader.sandbox.groups import Group
from grader.sandbox.interface import Measured
from grader.sandbox.owner import this_process
from grader.sandbox.places import Places

V1 = {
    "cpuacct/cpuacct.usage": "1500000000\n",
    "memory/memory.max_usage_in_bytes": "2097152\n",
    "memory/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n",
    "pids/pids.events": "max 7\n",
    "pids/cgroup.procs": "12\n34\n",
}
V2 = {
    "cpu.stat": "usage_usec 1500000\nuser_usec 1000000\nsystem_usec 500000\n",
    "memory.peak": "2097152\n",
    "memory.events": "low 0\nhigh 0\nmax 4\noom 3\noom_kill 3\noom_group_kill 0\n",
    "pids.events": "max 7\n",
    "cgroup.procs": "12\n34\n",
}


def written(root, files, version):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="ascii")
    folders = {name: root / name for name in ("cpuacct", "memory", "pids")}
    return Cgroup(version, folders if version == 1 else {"": root})


@pytest.mark.parametrize(("version", "files"), [(1, V1), (2, V2)])
def test_both_versions_say_the_same(tmp_path, version, files):
    """Seconds, kilobytes and counts, whatever the files are called."""
    group = written(tmp_path, files, version)
    expected = Measured(cpu_seconds=1.5, peak_memory_kb=2048, oom_kills=3, refused_forks=7)
    assert group.measure(Measured()) == expected
    assert group.processes() == [12, 34]
    assert group.counts_cpu
    assert group.counts_memory
    group.close()


@pytest.mark.parametrize(("version", "files"), [(1, V1), (2, V2)])
def test_what_is_missing_is_nothing(tmp_path, version, files):
    """An old kernel has no peak; a controller may not be there at all."""
    kept = {name: text for name, text in files.items() if "cpu" in name}
    group = written(tmp_path, kept, version)
    assert group.measure(Measured()) == Measured(cpu_seconds=1.5)
    assert not group.counts_memory
    group.close()


def test_a_group_that_is_nowhere():
    """A process on another host: nothing is known, and nothing fails."""
    group = Cgroup(2, {})
    assert group.measure(Measured(cpu_seconds=9.0)) == Measured()
    assert group.processes() == []


def test_what_cannot_be_read_any_more_stays_as_it_was(tmp_path):
    """The group of a box that has ended by itself is gone; its last figures count."""
    group = written(tmp_path, V2, 2)
    last = group.measure(Measured())
    (tmp_path / "cpu.stat").write_text("", encoding="ascii")
    assert group.measure(last) == last


@pytest.mark.parametrize(("told", "kills"), [(0, 0), (1, 0), (2, 1), (3, 1)])
def test_a_group_that_is_gone_tells_of_its_removal_and_of_nothing_else_but_kills(tmp_path, told, kills):
    """One word is that of the removal; the folder that is gone is not read."""
    group = written(tmp_path, V1 | {"memory/memory.oom_control": "oom_kill 0\n"}, 1)
    last = group.measure(Measured())
    (descriptor, _) = (tmp_path / "memory" / "cgroup.event_control").read_text(encoding="ascii").split()
    os.eventfd_write(int(descriptor), told)
    (tmp_path / "memory" / "memory.oom_control").write_text("", encoding="ascii")
    assert group.measure(last).oom_kills == 0  # it is there, and says nothing: that is all
    shutil.rmtree(tmp_path / "memory")
    assert group.measure(last) == replace(last, oom_kills=kills)
    group.close()


@pytest.mark.embedded
@pytest.mark.skipif(
    not (ROOT / "memory").is_dir(), reason="control groups of version 2 tell nothing once they are gone"
)
@pytest.mark.parametrize(("megabytes", "kills"), [(1, 0), (256, 1)])
def test_a_kill_is_known_when_its_group_is_gone(megabytes, kills):
    """The kernel's own word, of a real group that was removed before anybody read its count."""
    group = Group(this_process(), 2**40 + megabytes)
    group.make(Limits(memory_mb=64, processes=4))
    figures = group.figures()
    hoard = f"for file in {group.joining!r}: open(file, 'w').write('0')\nbytearray(b'x') * ({megabytes} << 20)"
    ended = subprocess.run([sys.executable, "-c", hoard], check=False).returncode
    group.remove()
    assert ended == -9 * kills
    assert figures.measure(Measured()).oom_kills == kills
    figures.close()


def test_places_of_a_process_that_cannot_be_seen():
    """Nothing is known, so nothing is full."""
    assert not Places(0, ["/work"]).seen
    assert Places(2**22 + 1, ["/work"]).full() == ""
