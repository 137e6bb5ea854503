"""What is collected at once is what pytest collects: the same items, in the same order, with the same fixtures."""

from __future__ import annotations

import pytest

from grader.proctor.inside.judge import HIDDEN, Judge, Markers
from grader.proctor.inside.session import Opening

PLAIN = """
import functools
import pytest

def _helper(): pass
def not_a_test(rng): pass
def test_none(): pass
def test_one(rng): pass
def test_two(rng, tmp_path): pass
def test_two_again(rng, tmp_path): pass
@pytest.mark.hint("Why?")
@pytest.mark.points(3)
def test_marked(rng): pass
test_other_name = test_one
"""
MORE = """
import functools
import pytest

@pytest.fixture(autouse=True)
def always(): pass
@pytest.fixture(params=[1, 2])
def twice(request): return request.param
@pytest.fixture
def through(twice): return twice

def test_twice(twice): pass
def test_through(through): pass
def test_through_again(through): pass
@pytest.mark.parametrize("number", [1, 2])
def test_numbers(number, rng): pass
@pytest.mark.usefixtures("twice")
def test_uses(rng): pass
@pytest.mark.skip
def test_skipped(rng): pass
def test_default(rng, number=3): pass
def test_named(*, rng): pass
def test_rest(rng, *rest, **more): pass
@functools.lru_cache
def test_cached(): pass
def wrapping(function):
    @functools.wraps(function)
    def test(*args, **kwargs): return function(*args, **kwargs)
    return test
@wrapping
def test_wrapped(rng): pass
def test_off(rng): pass
test_off.__test__ = False
class TestThings:
    def test_method(self, rng): pass
    @staticmethod
    def test_static(rng): pass
test_bound = TestThings().test_method
test_number = 3
"""
MARKED = 'import pytest\npytestmark = pytest.mark.parametrize("number", [1, 2])\ndef test_number(number): pass\n'
GENERATED = """
def pytest_generate_tests(metafunc):
    if "number" in metafunc.fixturenames:
        metafunc.parametrize("number", [1, 2])
def test_number(number): pass
def test_none(): pass
"""
CONFTEST = """
def pytest_generate_tests(metafunc):
    if "rng" in metafunc.fixturenames:
        metafunc.parametrize("rng", ["a", "b"])
"""


class Without(Judge):
    """A judge that leaves all collecting to pytest."""

    def pytest_collection(self, session):
        return None

    def pytest_pycollect_makeitem(self, collector, name, obj):
        return None


class Keeper:
    """Keeps what was collected, and lets none of it run."""

    def pytest_collection_finish(self, session):
        self.items = [described(item) for item in session.items]
        self.fixtures = [item.fixturenames for item in session.items]

    def pytest_runtestloop(self):
        return True


def described(item):
    marks = sorted(str(mark) for mark in item.iter_markers())
    info = item._fixtureinfo
    made = {name: [one.argname for one in ones] for name, ones in info.name2fixturedefs.items()}
    callspec = getattr(item, "callspec", None)
    return (
        *(
            [(type(node), node.nodeid, node.name) for node in item.listchain()],
            item.nodeid,
            item.name,
            item.originalname,
            item.function.__code__,
            marks,
            sorted(item.keywords),
        ),
        *(item.fixturenames, info.argnames, info.initialnames, made, callspec and callspec.id),
    )


def collected(judge, root, monkeypatch, opening, files=()):
    """Return what a judge collects of the tests in a folder, or of some of its files."""
    judge.sit(None, None, [], lambda _test: None, lambda _evidence, **_more: None)
    monkeypatch.setattr(judge, "pytest_collection_modifyitems", lambda items: None, raising=False)
    keeper = Keeper()
    opening((judge, keeper, Markers(), Given())).run(
        root, files or sorted(path.name for path in root.glob("test_*.py"))
    )
    return keeper


class Given:
    """The fixture that the tests above take."""

    @pytest.fixture
    def rng(self):
        return None


@pytest.mark.parametrize("tests", [PLAIN, MORE, MARKED, GENERATED], ids=["plain", "more", "marked", "generated"])
@pytest.mark.parametrize(
    ("conftest", "opening"),
    [("", Opening), ("", Opening.ahead), (CONFTEST, Opening)],
    ids=["alone", "begun ahead", "with a conftest"],
)
def test_the_same_is_collected(tmp_path, monkeypatch, tests, conftest, opening):
    """Whatever a function takes, and whoever has a say in how often it runs."""
    root = tmp_path / HIDDEN.name / "tests"
    root.mkdir(parents=True)
    (root / "test_it.py").write_text(tests, encoding="utf-8")
    (root / "test_too.py").write_text(PLAIN, encoding="utf-8")
    if conftest:
        (root / "conftest.py").write_text(conftest, encoding="utf-8")
    one, other = (collected(judge, root, monkeypatch, opening) for judge in (Judge(), Without()))
    assert one.items == other.items
    assert one.items


def test_no_two_share_a_list(tmp_path, monkeypatch):
    """Who adds a fixture to one test adds it to no other, though what they take is worked out once."""
    root = tmp_path / HIDDEN.name / "tests"
    root.mkdir(parents=True)
    (root / "test_it.py").write_text(PLAIN, encoding="utf-8")
    judge = Judge()
    lists = collected(judge, root, monkeypatch, Opening).fixtures
    assert len(judge._collecting._fixtures) == len({(), ("rng",), ("rng", "tmp_path")})
    assert len({id(one) for one in lists}) == len(lists)


def test_a_file_that_is_named_twice_is_collected_once(tmp_path, monkeypatch):
    """As by pytest: its tests are those that were announced, and no author is told that they are others."""
    root = tmp_path / HIDDEN.name / "tests"
    root.mkdir(parents=True)
    (root / "test_it.py").write_text(PLAIN, encoding="utf-8")
    twice = ["test_it.py", "test_it.py"]
    one, other = (collected(judge, root, monkeypatch, Opening.ahead, twice) for judge in (Judge(), Without()))
    assert one.items == other.items == collected(Judge(), root, monkeypatch, Opening.ahead).items
