"""The catalog tells an author what is wrong: file, line, key, found, expected."""

import time

import pytest
from sorting_pack import edit

from grader import catalog
from grader.catalog.lines import line_of, places
from grader.errors import AuthorError

# file, what is replaced, by what, and what the message must say
BROKEN = [
    ("assignment", 'title = "Sorting"', "title = ", ["assignment.toml:1:", "this is not TOML"]),
    ("assignment", 'kind = "module"', 'kind = "modul"', [":3: kind:", '"modul"', 'did you mean "module"?']),
    ("assignment", 'title = "Sorting"', "title = 3", [":1: title: found 3; expected a text in quotes"]),
    ("assignment", 'title = "Sorting"', 'title = ""', ["title: found", "one line of text"]),
    ("assignment", 'title = "Sorting"', 'titel = "Sorting"', ["titel: is no key here", '"title"', "title: is missing"]),
    ("assignment", "cpu_seconds", "cpu_second", [":7: limits.cpu_second:", 'did you mean "cpu_seconds"?']),
    ("assignment", "cpu_seconds = 2", "cpu_seconds = 0", [":7: limits.cpu_seconds: found 0.0; expected more than 0"]),
    ("assignment", "cpu_seconds = 2", "cpu_seconds = nan", ["limits.cpu_seconds: found nan"]),
    ("assignment", "cpu_seconds = 2", "memory_mb = 9999999", ["limits.memory_mb: found 9999999", "at most 16384"]),
    ("assignment", "cpu_seconds = 2", "processes = 2.5", ["limits.processes: found 2.5; expected a whole number"]),
    ("assignment", "cpu_seconds = 2", "processes = true", ["limits.processes: found true; expected a whole number"]),
    ("assignment", "[limits]\ncpu_seconds = 2", "limits = 3", ["limits: found 3; expected a table"]),
    ("assignment", '["solution.py"]', '"solution.py"', [":4: files:", '"solution.py"; expected a list']),
    ("assignment", '["solution.py"]', "[]", ["files: found no .py file"]),
    ("assignment", "solution.py", "../solution.py", ["files[0]", "relative path"]),
    ("assignment", "solution.py", "/etc/solution.py", ["files[0]", "relative path"]),
    ("assignment", "solution.py", ".hidden.py", ["files[0]", "no part beginning with a dot"]),
    ("assignment", "solution.py", "lösung.py", ["files[0]", "ASCII"]),
    ("assignment", "solution.py", "solution", ["files[0]", "ending"]),
    ("assignment", "solution.py", "json.py", ["files[0]", "hide the module json"]),
    ("assignment", "solution.py", "random/a.py", ["files[0]", "hide the module random"]),
    ("assignment", "solution.py", "grader_runner.py", ["files[0]", "hide the module grader_runner"]),
    ("assignment", "solution.py", "my-solution.py", ["files[0]", "cannot be imported"]),
    ("assignment", '"solution.py"', '"a.py", "a.py"', ["twice"]),
    ("assignment", '"solution.py"', '"a.py", "a.py/b.py"', ["both as a file and as a folder"]),
    ("assignment", 'kind = "module"', 'kind = "notebook"', ["expected one, an .ipynb"]),
    ("assignment", 'kind = "module"', 'kind = "module"\nfamily = "Python"', ["family", "image family"]),
    ("assignment", 'kind = "module"', 'kind = "module"\nlevel = 4', ["level: found 4; expected 1, 2 or 3"]),
    (
        "assignment",
        'kind = "module"',
        'kind = "module"\nsummary = 2020-01-01',
        ["summary", "the date or time 2020-01-01"],
    ),
    (
        "assignment",
        'kind = "module"',
        'kind = "module"\ndraft = true',
        ["draft: found true; expected a text in quotes"],
    ),
    ("assignment", 'kind = "module"', 'kind = "module"\ndraft = "a\\nb"', ["draft: found", "one line of text"]),
    ("assignment", 'kind = "module"', 'kind = "module"\nseed_epoch = 0', ["seed_epoch: found 0; expected 1 or more"]),
    ("assignment", "algorithms/sorting", "Algorithms", ["skill", "algorithms/sorting"]),
    ("rubric", "points = 100", "points = 90", ["sorting.toml:1: points: found 90", "add up to 100"]),
    (
        "rubric",
        "points = 100",
        "points = 100.0",
        [':1: points: found 100.0, which is not exact; write it as text: "100.0"'],
    ),
    ("rubric", "pass_mark = 60", "pass_mark = 0", [":2: pass_mark: found 0; expected more than 0 and at most 100"]),
    ("rubric", "pass_mark = 60", 'pass_mark = "301/3"', ["pass_mark: found 301/3; expected"]),
    ("rubric", "pass_mark = 60", 'pass_mark = "1/0"', ['pass_mark: found "1/0"', '"0.90" or "1/3"']),
    ("rubric", "pass_mark = 60", 'pass_mark = "1e9999999999"', ["pass_mark: found", '"0.90" or "1/3"']),
    ("rubric", "pass_mark = 60", "pass_mark = true", ["pass_mark: found true"]),
    ("rubric", "points = 70", "points = -70", [":7: criteria[0].points: found -70; expected more than 0"]),
    ("rubric", 'id = "learns"', 'id = "sorts"', [":11: criteria[1].id:", "a second time"]),
    ("rubric", 'id = "learns"', 'id = "Learns!"', [":11: criteria[1].id:", "small letters"]),
    ("rubric", 'title = "Learns"\n', "", ["criteria[1].title: is missing"]),
    (
        "rubric",
        '["f1"]',
        '["f2"]',
        [':14: criteria[1].checks[0]: found "f2"', 'did you mean "f1"?', "checks.f1: no criterion"],
    ),
    ("rubric", '["f1"]', "[]", ["criteria[1].checks: found an empty list"]),
    ("rubric", '["f1"]', '["f1", "f1"]', ['found "f1" 2 times']),
    ("rubric", '"sorting", "own-work"', '"sorting"', ["checks.own-work: no criterion asks", "needed by another check"]),
    ("rubric", 'kind = "tests"', 'kind = "test"', [":21: checks.sorting.kind:", 'did you mean "tests"?']),
    ("rubric", 'kind = "tests"\n', "", ["checks.sorting.kind: is missing"]),
    ("rubric", "test_sorting.py", "test_sort.py", ["checks.sorting.files[0]", 'did you mean "test_sorting.py"?']),
    ("rubric", "test_sorting.py", "../rows.py", ["checks.sorting.files[0]", "without a folder"]),
    ("rubric", '["test_sorting.py"]', "[]", ["checks.sorting.files: found an empty list"]),
    ("rubric", 'needs = ["own-work"]', 'needs = ["own"]', ["checks.sorting.needs[0]", "which is no check"]),
    ("rubric", 'needs = ["own-work"]', 'needs = ["f1"]', ["checks.sorting.needs[0]", "runs later", "move [checks.f1]"]),
    ("rubric", 'needs = ["own-work"]', 'needs = ["sorting"]', ["checks.sorting.needs[0]", "a circle"]),
    ("rubric", 'forbid_calls = ["sorted", ".sort"]', 'forbid_calls = ["sorted"]\nneeds = ["sorting"]', ["a circle"]),
    ("rubric", 'forbid_calls = ["sorted", ".sort"]', "", ["checks.own-work: found no rule"]),
    ("rubric", '".sort"', '"sort()"', ["checks.own-work.forbid_calls[1]", '"sorted" or ".sort"']),
    ("rubric", 'forbid_calls = ["sorted", ".sort"]', "max_complexity = 0", ["max_complexity: found 0"]),
    ("rubric", 'needs = ["own-work"]', "isolat = 'box'", ["checks.sorting.isolat: is no key here", '"isolate"']),
    ("rubric", 'needs = ["own-work"]', "isolate = 'no'", ['checks.sorting.isolate: found "no"; expected "test"']),
    (
        "rubric",
        'needs = ["own-work"]',
        "limits = {wall_seconds = -1}",
        ["checks.sorting.limits.wall_seconds: found -1.0"],
    ),
    ("rubric", 'needs = ["own-work"]', "limits = {wal = 1}", ["checks.sorting.limits.wal: is no key here"]),
    ("rubric", "rows.py", "row.py", ["checks.f1.generator", 'did you mean "rows.py"?']),
    ("rubric", 'generator = "rows.py"\n', "", ["checks.f1: found neither of generator and data"]),
    (
        "rubric",
        'generator = "rows.py"',
        'generator = "rows.py"\ndata = "labels.csv"\nlabel = "spam"',
        ["found both of"],
    ),
    ("rubric", 'generator = "rows.py"', 'data = "labels.csv"', ["checks.f1.label: is missing"]),
    ("rubric", 'generator = "rows.py"', 'data = "labels.csv"\nlabel = "span"', ["no column", 'did you mean "spam"?']),
    ("rubric", 'generator = "rows.py"', 'data = "label.csv"\nlabel = "spam"', ["checks.f1.data", '"labels.csv"?']),
    ("rubric", 'scorer = "f1"', 'scorer = "score.py:f"', ["checks.f1.scorer", "not in hidden"]),
    ("rubric", 'scorer = "f1"', 'scorer = "F 1"', ["checks.f1.scorer", "file.py:function"]),
    ("rubric", 'fit = "train"', 'fit = "a.b"', ["checks.f1.fit", "the name of a function"]),
    ("rubric", 'at = "0.96"', "at = 0.96", ["checks.f1.thresholds[1].at: found 0.96", 'write it as text: "0.96"']),
    ("rubric", 'at = "0.96"', 'att = "0.96"', ["checks.f1.thresholds[1].att: is no key here", 'did you mean "at"?']),
    ("rubric", 'at = "0.96"', 'at = "0.80"', ["checks.f1.thresholds[1].at", "expected `at` to rise"]),
    ("rubric", "earns = 1}", "earns = 2}", ["checks.f1.thresholds[1].earns: found 2", "from 0 to 1"]),
    ("rubric", "earns = 0}", 'earns = "1/2"}', None),
    ("rubric", 'scorer = "f1"', 'scorer = "f1"\nlower_is_better = true', ["thresholds[1].earns", "to fall"]),
    ("rubric", "earns = 1}", "earns = 1},\n{at = 1, earns = 0}", ["thresholds[2].earns", "lower_is_better"]),
    ("rubric", 'subset = "1/3"', 'subset = "2/3"', ["checks.f1.agreement.subset: found 2/3", "at most 1/2"]),
    ("rubric", 'subset = "1/3"', "subset = 0", ["checks.f1.agreement.subset: found 0"]),
    ("rubric", 'subset = "1/3"', "single_rows = -1", ["checks.f1.agreement.single_rows: found -1"]),
    ("rubric", 'subset = "1/3"', 'tolerance = "-1"', ["checks.f1.agreement.tolerance: found -1"]),
    ("rubric", 'fit = "train"', 'fit = "train"\nanswer_range = [1, 0]', ["checks.f1.answer_range: found 1 before 0"]),
    ("rubric", 'fit = "train"', 'fit = "train"\nanswer_range = [1, 0.5]', ["answer_range[1]: found 0.5", "not exact"]),
    ("rubric", 'fit = "train"', 'fit = "train"\ndraws = 0', ["checks.f1.draws: found 0"]),
    ("rubric", 'fit = "train"', 'fit = "train"\nreference = {low = 2, high = 1}', ["checks.f1.reference.low: found 2"]),
    ("rubric", "[checks.own-work]", "[checks.Own]", ["checks.Own: found the name", "small letters"]),
    ("rubric", "[checks.own-work]", "[checks.Tests]\nnope = 1", [":17: checks.Tests.nope: is no key here"]),
    ("rubric", "[checks.own-work]", "[checks.own-work]\nTests = 1", [":17: checks.own-work.Tests: is no key here"]),
    (
        "rubric",
        "[checks.own-work]",
        "[checks.own-work.nope.more]\na = 1\n[checks.own-work]",
        [":16: checks.own-work.nope"],
    ),
    (
        "assignment",
        '["solution.py"]',
        f"{'[' * 300}{']' * 300}",
        [f":4: files{'[0]' * 15}: found values nested more than 16 deep"],
    ),
    ("assignment", '["solution.py"]', f"{'[' * 9999}{']' * 9999}", [":4: found values nested more than 16 deep"]),
    ("assignment", '["solution.py"]', f"0x{'f' * 5000}", [":4: files: found a whole number of more than 64 bits"]),
    ("assignment", '["solution.py"]', "9" * 5000, [":4: found a whole number of more than 64 bits"]),
    ("rubric", 'kind = "tests"', f"kind = 0x{'f' * 5000}", [":21: checks.sorting.kind: found a whole number of more"]),
    ("assignment", 'title = "Sorting"', f"# {'x' * 2**20}", ["assignment.toml: found more than 1048576 bytes"]),
    ("rubric", "points = 100", f"# {'x' * 2**20}", ["sorting.toml: found more than 1048576 bytes"]),
]


@pytest.mark.parametrize(("which", "old", "new", "says"), BROKEN, ids=[str(row[2])[:40] for row in BROKEN])
def test_a_broken_pack_is_refused_in_words_that_mend_it(root, which, old, new, says):
    path = edit(root, which, old, new)
    if says is None:
        catalog.load("sorting", [root])
        return
    with pytest.raises(AuthorError) as refused:
        catalog.load("sorting", [root])
    assert str(path) in str(refused.value)
    for part in says:
        assert part in str(refused.value)


def test_all_problems_of_both_files_are_told_at_once(root):
    edit(root, "assignment", 'title = "Sorting"', "title = 3\ntitel = 4")
    edit(root, "rubric", "points = 70", "points = 70.5")
    edit(root, "rubric", 'kind = "tests"', 'kind = "test"')
    (root / "sorting/README.md").unlink()
    with pytest.raises(AuthorError) as refused:
        catalog.load("sorting", [root])
    assert len(str(refused.value).splitlines()) == 5


def test_of_very_many_problems_only_the_first_are_told_and_at_once(root):
    """Each was looked for in the whole file: two thousand took fourteen seconds."""
    edit(root, "assignment", "[limits]", "".join(f"key{at} = {at}\n" for at in range(2000)) + "[limits]")
    started = time.process_time()
    with pytest.raises(AuthorError) as refused:
        catalog.load("sorting", [root])
    assert time.process_time() - started < 5
    *told, rest = str(refused.value).splitlines()
    assert len(told) == 50
    assert ":6: key0: is no key here" in told[0]
    assert rest == "and 1950 more"


BROKEN_EXPECTATIONS = [
    ("points = 100", "points = 99", ["expect.toml:3: points: found 99; expected 100, the sum"]),
    ("points = 100", 'points = "?"', ['points: found "?"', "exact number"]),
    ("passed = true\n", "", ["passed: is missing"]),
    ('"PASSED"', '"PASSD"', [":4: criteria.sorts.outcome", 'did you mean "PASSED"?']),
    ("passed = true", 'passed = "yes"', ['passed: found "yes"; expected true or false']),
    ("passed = true", 'passed = true\nerror = "submission"', ["passed: is not for an example with error"]),
    ("passed = true", 'passed = true\nerror = "engine"', ['error: found "engine"; expected "" or "submission"']),
    ('says = "Right."', 'says = " "', ["says: found"]),
    ('says = "Right."', 'say = "Right."', ['did you mean "says"?']),
]


@pytest.mark.parametrize(("old", "new", "says"), BROKEN_EXPECTATIONS)
def test_a_broken_expectation_is_refused(root, old, new, says):
    edit(root, "expect", old, new)
    with pytest.raises(AuthorError) as refused:
        catalog.examples("sorting", [root])
    for part in says:
        assert part in str(refused.value)


@pytest.mark.parametrize("content", [b"\xff\xfe", b'title = "\xff"'])
def test_a_file_that_is_not_utf8_is_refused_with_its_line(root, content):
    (root / "sorting/assignment.toml").write_bytes(b"# one\n" + content)
    with pytest.raises(AuthorError, match=r"assignment.toml:2: .*UTF-8"):
        catalog.load("sorting", [root])


def test_lines_are_found_past_long_texts_quoted_names_and_repeated_tables():
    text = 'a = """\nb = 1\n"""\nb = 2\n[[c]]\nd = 1\n[[c]]\nd = 2\n[x."y.z".w]\nk = 1\n'
    assert line_of(places(text), ("b",)) == 4
    assert line_of(places(text), ("c", 1, "d")) == 8
    assert line_of(places(text), ("x", "y.z", "w", "k", 3)) == 10
    assert line_of(places(text), ("nowhere",)) is None
