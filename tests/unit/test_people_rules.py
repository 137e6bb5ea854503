"""An author's review, claim, document and patch are read strictly, and refused in words that mend them."""

import pytest
from review_pack import FILES, write_pack

from grader import catalog
from grader.errors import AuthorError
from grader.model import Claim, Document, Review, Tests

RUBRIC = FILES["rubric.toml"]
LEVELS = RUBRIC[RUBRIC.index("levels = [") :]


def loaded(tmp_path, **changes):
    return catalog.load("essay", [write_pack(tmp_path, **changes)])


def refused(tmp_path, **changes):
    with pytest.raises(AuthorError) as error:
        loaded(tmp_path, **changes)
    return str(error.value)


def test_a_right_pack_is_read(tmp_path):
    check = loaded(tmp_path).rubric.checks["clarity"]
    assert isinstance(check, Review)
    assert [level.title for level in check.levels] == ["Not yet", "Usable", "Good"]
    assert (check.reviewers, check.conflict, check.needs) == (2, "mean", ("own-work",))


BROKEN = [
    ("reviewers = 2", "reviewers = 3", "reviewers: found 3; expected 1 or 2"),
    ("reviewers = 2", 'reviewers = 1\nconflict = "lower"', "conflict: says what two reviewers come to"),
    ("reviewers = 2", 'conflict = "higher"', 'expected "mean" or "lower"'),
    ("reviewers = 2", "reviewer = 2", 'did you mean "reviewers"?'),
    ('question = "Would a stranger understand it?"', 'question = " "', "question: found"),
    ('title = "Usable"', 'title = "not yet"', "a second time"),
    ('share = "1/2"', "share = 0", "expected more than 0"),
    ('share = "1/2"', "share = 0.5", "is not exact"),
    ("share = 1 }", 'share = "9/10" }', "the levels go from 0 to 1"),
    ("share = 0 }", 'share = "1/10" }', "the levels go from 0 to 1"),
    (LEVELS, "levels = []\n", "found 0; expected 2 to 7 levels"),
    ('forbid_calls = ["copy"]', 'forbid_calls = ["copy"]\nneeds = ["clarity"]', "which a person decides"),
]


@pytest.mark.parametrize(("old", "new", "says"), BROKEN, ids=[row[2] for row in BROKEN])
def test_a_broken_review_is_refused(tmp_path, old, new, says):
    assert old in RUBRIC
    assert says in refused(tmp_path, rubric=RUBRIC.replace(old, new))


def document(**keys):
    lines = [f"{key} = {value}" for key, value in {"file": '"essay.md"', **keys}.items()]
    return RUBRIC.replace('kind = "static"\nforbid_calls = ["copy"]', "\n".join(['kind = "document"', *lines]))


WRITTEN = FILES["assignment.toml"].replace('"module"', '"written"').replace("essay.py", "essay.md")


def test_a_document_is_read_and_its_file_is_one_that_is_handed_in(tmp_path):
    check = loaded(tmp_path, assignment=WRITTEN, rubric=document(min_words=3)).rubric.checks["own-work"]
    assert check == Document(kind="document", file="essay.md", min_words=3)
    assert "nobody hands in" in refused(tmp_path, assignment=WRITTEN, rubric=document(min_words=3, file='"easy.md"'))
    assert "found no rule" in refused(tmp_path, assignment=WRITTEN, rubric=document())
    assert "expected more" in refused(tmp_path, assignment=WRITTEN, rubric=document(min_words=0))
    assert "less than min_words" in refused(tmp_path, assignment=WRITTEN, rubric=document(min_words=9, max_words=3))


def test_kinds_ask_for_files_that_suit_them(tmp_path):
    assert "expected Markdown only" in refused(tmp_path, assignment=WRITTEN.replace(".md", ".py"))
    patch = FILES["assignment.toml"].replace('"module"', '"patch"')
    assert "data/repository: is missing" in refused(tmp_path, assignment=patch)
    (tmp_path / "essay" / "data" / "repository").mkdir(parents=True)
    (tmp_path / "essay" / "data" / "repository" / "essay.py").write_text("", "utf-8")
    assert loaded(tmp_path, assignment=patch).assignment.kind == "patch"
    assert "at least one for kind" in refused(tmp_path, assignment=patch.replace("essay.py", "essay.md"))


def test_a_claim_has_the_keys_of_tests_and_is_another_kind(tmp_path):
    tests = tmp_path / "essay" / "hidden" / "tests"
    tests.mkdir(parents=True)
    (tests / "test_a.py").write_text("def test_a(submission):\n    assert submission.x\n", "utf-8")
    claim = RUBRIC.replace('kind = "static"\nforbid_calls = ["copy"]', 'kind = "claim"\nfiles = ["test_a.py"]')
    check = loaded(tmp_path, rubric=claim).rubric.checks["own-work"]
    assert type(check) is Claim
    assert isinstance(check, Tests)
    assert check.kind == "claim"
    assert "is not in hidden/tests" in refused(tmp_path, rubric=claim.replace("test_a.py", "test_b.py"))
    assert 'did you mean "files"?' in refused(tmp_path, rubric=claim.replace("files =", "file ="))


EXPECT = 'says = "x"\npassed = false\npoints = 4\n\n[criteria]\nown = { outcome = "PASSED", points = 4 }\n'


def example(tmp_path, text):
    folder = write_pack(tmp_path) / "essay" / "examples" / "one"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "expect.toml").write_text(text, "utf-8")
    return catalog.examples("essay", [tmp_path])


def test_an_example_says_what_people_are_taken_to_have_said(tmp_path):
    (one,) = example(tmp_path, f'{EXPECT}\n[reviews.clarity]\nlevels = ["Good", "Usable"]\n')
    assert one.expect.reviews["clarity"].levels == ("Good", "Usable")
    for levels, says in (("[]", "found 0"), ('["a", "b", "c", "d"]', "found 4"), ('"Good"', "expected a list")):
        with pytest.raises(AuthorError, match=says):
            example(tmp_path, f"{EXPECT}\n[reviews.clarity]\nlevels = {levels}\n")
    with pytest.raises(AuthorError, match="gets no points; remove it"):
        example(tmp_path, 'says = "x"\nerror = "submission"\n[reviews.clarity]\nlevels = ["Good"]\n')
