"""A right pack, written into a folder, and how a test puts one mistake into it."""

ASSIGNMENT = """\
title = "Sorting"
skill = "algorithms/sorting"
kind = "module"
files = ["solution.py"]

[limits]
cpu_seconds = 2
"""

RUBRIC = """\
points = 100
pass_mark = 60

[[criteria]]
id = "sorts"
title = "Sorts any list"
points = 70
checks = ["sorting", "own-work"]

[[criteria]]
id = "learns"
title = "Learns"
points = "30"
checks = ["f1"]

[checks.own-work]
kind = "static"
forbid_calls = ["sorted", ".sort"]

[checks.sorting]
kind = "tests"
files = ["test_sorting.py"]
needs = ["own-work"]

[checks.f1]
kind = "metric"
title = "F1"
scorer = "f1"
fit = "train"
predict = "predict"
generator = "rows.py"
thresholds = [
    {at = "0.90", earns = 0},
    {at = "0.96", earns = 1},
]

[checks.f1.agreement]
subset = "1/3"
"""

EXPECT = """\
says = "Right."
passed = true
points = 100
criteria.sorts = {outcome = "PASSED", points = "70"}
criteria.learns = {outcome = "PASSED", points = 30}
"""


def write_pack(place):
    """Write a root like this repository's, with one right pack `sorting`; returns the root."""
    folder = place / "assignments" / "sorting"
    files = {
        "assignment.toml": ASSIGNMENT,
        "README.md": "# Sorting\n",
        "starter/solution.py": "",
        "data/public.csv": "a,b\n",
        "hidden/tests/test_sorting.py": "",
        "hidden/rows.py": "",
        "hidden/labels.csv": "text,spam\nhello,0\n",
        "examples/reference/expect.toml": EXPECT,
        "examples/reference/solution.py": "x = 1\n",
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (place / "rubrics").mkdir()
    (place / "rubrics" / "sorting.toml").write_text(RUBRIC)
    return place / "assignments"


def edit(root, which, old, new):
    """Replace text once in `assignment.toml`, the rubric or the example's `expect.toml`."""
    pack = root / "sorting"
    path = {
        "assignment": pack / "assignment.toml",
        "rubric": root.parent / "rubrics" / "sorting.toml",
        "expect": pack / "examples" / "reference" / "expect.toml",
    }[which]
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return path
