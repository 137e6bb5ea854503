"""A word stands in every hidden thing of a pack; whatever a submission does, no learner is ever shown one.

The pack in `pack/` has it in tests, their names, ids, messages and paths, in inputs, labels, a generator's source and a
kept file; seed and installation secret are looked for as well. The same words are found in what authors see.
"""

from __future__ import annotations

import base64
import json

import pytest
from command import grader
from told import ACTS, PACKS, SECRETS, SLUG, source, told

from grader.keys import submission_seed
from grader.store import Store

pytestmark = pytest.mark.docker

WORD, MARK = "zilvervos", "48213790651"


def spellings(word: str) -> set[str]:
    """Return a word as it is, backwards, and in the usual codes."""
    raw = word.encode()
    coded = (base64.b64encode(raw), base64.b32encode(raw), base64.b85encode(raw))
    return {word, word[::-1], raw.hex(), *(one.decode().rstrip("=").lower()[:-1] for one in coded)}


def shown(text: str, *words: str) -> set[str]:
    """Return the words that a text shows, however it is spelt; breaks and signs between letters do not hide one."""
    lower = text.lower()
    dense = "".join(letter for letter in lower if letter.isalnum())
    return {word for word in words for spelling in spellings(word) if spelling in lower or spelling in dense}


def secrets_of(given, secret: str) -> tuple[str, ...]:
    """Return what nobody may know: words, marks, the seed and the secret it was made from."""
    store = Store(given.home)
    digest = store.attempt(given.attempt).submission
    seed = submission_seed(SECRETS[secret], slug=SLUG, seed_epoch=1, submission_digest=digest)
    return WORD, MARK, seed.hex(), SECRETS[secret].hex()


def test_every_hidden_thing_has_a_canary():
    """Names, text and paths of all hidden files; so a word that is not shown was there to be shown."""
    hidden = [path for path in (PACKS / SLUG / "hidden").rglob("*") if path.is_file()]
    assert hidden
    assert all(WORD in path.name and WORD in path.read_text(encoding="utf-8") for path in hidden)


@pytest.mark.parametrize("name", ACTS)
def test_no_canary_in_any_output_for_learners(name, folder):
    """JSON, page, terminal, and what is printed beside them."""
    given = told(name, "one", folder)
    for kind, text in given.outputs.items():
        assert shown(text, *secrets_of(given, "one")) == set(), kind


@pytest.mark.parametrize("name", ["raises", "raises-its-own", "prints", "answers-objects"])
def test_control_the_author_is_shown_them(name, folder):
    """The submission did carry its inputs: they are in the author's view, and the search finds them there."""
    given = told(name, "one", folder)
    assert {WORD, MARK} <= shown(given.author, *secrets_of(given, "one"))


def test_no_canary_when_the_pack_breaks(folder, tmp_path):
    """A hidden file that cannot be imported, or that breaks off, is told of without a word of it."""
    packs = tmp_path / "assignments"
    for path in PACKS.parent.rglob("*"):
        if path.is_file():
            target = tmp_path / path.relative_to(PACKS.parent)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    hidden = packs / SLUG / "hidden"
    work = tmp_path / "solution.py"
    work.write_text(source("prints"), encoding="utf-8")
    for file, addition in {
        "tests/test_zilvervos_path.py": "\nraise RuntimeError(ANSWER)\n",
        "zilvervos_generator.py": "\ndef generate(keys): raise RuntimeError('zilvervos')\n",
    }.items():
        whole = (hidden / file).read_text(encoding="utf-8")
        (hidden / file).write_text(whole + addition, encoding="utf-8")
        learner = grader("submit", SLUG, work, "--assignments", packs, home=tmp_path / "home")
        author = grader("check", SLUG, "--assignments", packs, home=tmp_path / "home")
        (hidden / file).write_text(whole, encoding="utf-8")
        assert (learner.returncode, author.returncode) == (4, 4)
        assert shown(learner.stdout + learner.stderr, WORD, MARK) == set()
        assert shown(author.stderr, WORD) == {WORD}


def test_no_canary_in_a_batch(tmp_path):
    """Neither in its rows nor in its pages."""
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    (uploads / "ada.py").write_text(source("raises-its-own"), encoding="utf-8")
    (uploads / "bob.zip").write_text("no archive", encoding="utf-8")
    pages, table = tmp_path / "pages", tmp_path / "rows.csv"
    options = ("--json", "--csv", table, "--reports", pages, "--assignments", PACKS)
    done = grader("batch", SLUG, uploads, *options, home=tmp_path / "home")
    assert done.returncode == 3
    assert [row["result"] for row in json.loads(done.stdout)] == ["not passed", "refused"]
    texts = [done.stdout, done.stderr, *(path.read_text(encoding="utf-8") for path in [table, *pages.iterdir()])]
    assert [found for text in texts if (found := shown(text, WORD, MARK))] == []
