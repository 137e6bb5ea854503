# zilvervos-source: what stands in a hidden test
import pytest

ANSWER = "zilvervos-answer"
MARK = 48213790651
WORDS = ["appel", "berg", "citroen", "dak", "eend", "fiets", "gras", "huis", "inkt", "jas"]


@pytest.fixture
def text(rng):
    return " ".join(["zilvervos-input", str(MARK), *rng.sample(WORDS, rng.randint(3, 9))])


@pytest.mark.parametrize("zilvervos_argument", ["zilvervos-id"])
def test_zilvervos_name(submission, text, zilvervos_argument):
    """Counts words."""
    zilvervos_local = len(text.split())
    assert submission.count(text) == zilvervos_local, f"{ANSWER} {zilvervos_local}"


def test_first(submission, text):
    """Finds the first word."""
    assert submission.first(text) == text.split()[0], "zilvervos-message"


def test_raises(submission, text):
    """Refuses what is no text, whatever was asked before."""
    submission.count(text)
    with pytest.raises(TypeError, match=r"zilvervos-pattern|text"):
        submission.count(len(text))
