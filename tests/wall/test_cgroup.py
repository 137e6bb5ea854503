"""What is read of control groups, from files written here: both versions, and what is missing."""

from __future__ import annotations

import pytest

from grader.sandbox.cgroup import Cgroup
from grader.sandbox.interface import Measured
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


def test_places_of_a_process_that_cannot_be_seen():
    """Nothing is known, so nothing is full."""
    assert not Places(0, ["/work"]).seen
    assert Places(2**22 + 1, ["/work"]).full() == ""
