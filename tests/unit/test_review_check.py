"""What people said becomes a verdict by a rule: who counts, when a third is asked, what two come to."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks import review
from grader.model import Level, Rating, Review, Word

TITLES = ("Not yet", "Usable", "Good", "Excellent")
LEVELS = tuple(Level(title=title, sentence=f"It is {title}.", share=Fraction(at, 3)) for at, title in enumerate(TITLES))


def asked(reviewers=1, conflict="mean"):
    return Review(kind="review", question="Is it good?", levels=LEVELS, reviewers=reviewers, conflict=conflict)


def said(*words):
    """Ratings from texts such as `ann:Good`."""
    pairs = [word.split(":") for word in words]
    return [
        Rating(
            attempt="a", check="c", reviewer=who, level=level, comment=f"{who} says {level}", given_at="", version=""
        )
        for who, level in pairs
    ]


def verdict(check, *words):
    return review.judge("c", check, said(*words))


def test_until_enough_people_have_spoken_it_is_pending_and_earns_nothing():
    """Promises that silence is no mark, and that a pending check cannot be repeated."""
    for one in (verdict(asked()), verdict(asked(2)), verdict(asked(2), "ann:Excellent")):
        assert (one.outcome.word, one.earned, one.repeatable) == (Word.PENDING, 0, False)


def test_one_reviewer_decides_and_the_learner_reads_level_sentence_and_comment_but_no_name():
    one = verdict(asked(), "ann:Good")
    assert (one.outcome.word, one.earned) == (Word.PARTIAL, Fraction(2, 3))
    assert [item.sentence for item in one.items] == ["Good: It is Good."]
    assert one.notes == ("A reviewer: ann says Good",)
    assert verdict(asked(), "ann:Excellent").outcome.word is Word.PASSED
    assert verdict(asked(), "ann:Not yet").outcome.word is Word.FAILED


def test_a_changed_mind_counts_and_another_reviewer_does_not_for_a_check_that_asks_one():
    assert verdict(asked(), "ann:Not yet", "ann:Good").earned == Fraction(2, 3)
    assert verdict(asked(), "ann:Not yet", "bob:Excellent").earned == 0


def test_neighbours_come_to_the_mean_or_the_lower_as_declared():
    assert verdict(asked(2), "ann:Good", "bob:Excellent").earned == Fraction(5, 6)
    assert verdict(asked(2, "lower"), "ann:Good", "bob:Excellent").earned == Fraction(2, 3)
    both = verdict(asked(2), "ann:Good", "bob:Excellent")
    assert [item.sentence for item in both.items] == ["Excellent: It is Excellent.", "Good: It is Good."]


def test_two_who_are_far_apart_need_a_third_and_the_middle_level_counts():
    waiting = verdict(asked(2), "ann:Not yet", "bob:Good")
    assert waiting.outcome.word is Word.PENDING
    assert waiting.notes == (review.THIRD,)
    assert verdict(asked(2), "ann:Not yet", "bob:Good", "cyd:Usable").earned == Fraction(1, 3)
    assert verdict(asked(2), "ann:Not yet", "bob:Good", "cyd:Excellent").earned == Fraction(2, 3)


def test_a_third_does_not_count_once_the_first_two_have_come_near():
    """Promises that nobody is outvoted by somebody who was not needed in the end."""
    assert verdict(asked(2), "ann:Not yet", "bob:Good", "cyd:Excellent", "ann:Good").earned == Fraction(2, 3)


def test_a_level_that_is_none_is_refused():
    with pytest.raises(ValueError, match="not in list"):
        verdict(asked(), "ann:Splendid")


NAMES = st.sampled_from(("ann", "bob", "cyd", "dan"))
WORDS = st.lists(st.tuples(NAMES, st.sampled_from(TITLES)).map(":".join), max_size=8)


@given(words=WORDS, reviewers=st.sampled_from((1, 2)), conflict=st.sampled_from(("mean", "lower")))
def test_what_is_earned_lies_between_what_was_said(words, reviewers, conflict):
    """Promises that no rule gives more than the best word, less than the worst, or counts too many people."""
    check = asked(reviewers, conflict)
    counting = review.deciding(check, said(*words))
    one = verdict(check, *words)
    assert (one.outcome.word is Word.PENDING) == (not counting)
    if counting:
        shares = [LEVELS[review.rank_of(check, rating.level)].share for rating in counting]
        assert min(shares) <= one.earned <= max(shares)
        assert len({rating.reviewer for rating in counting}) == len(counting) <= 3


@given(levels=st.lists(st.sampled_from(TITLES), min_size=3, max_size=3))
def test_of_three_the_order_does_not_matter_where_all_three_count(levels):
    """Promises that the middle level is nobody's privilege."""
    check = asked(2)
    orders = [said(*(f"r{at}:{levels[at]}" for at in order)) for order in permutations(range(3))]
    all_count = [order for order in orders if len(review.deciding(check, order)) == 3]
    assert len({review.judge("c", check, order).earned for order in all_count}) <= 1


# --- agreement --------------------------------------------------------------------------------------------------------


def pairs(**counts):
    """Pairs from a table such as `yy=20`: 20 times both said y."""
    return [(key[0], key[1]) for key, count in counts.items() for _ in range(count)]


def test_kappa_is_that_of_the_textbook():
    """The example that texts on Cohen's kappa work through: 20 and 15 agreed, 5 and 10 not; 0.7, 0.5, so 0.4."""
    table = pairs(yy=20, yn=5, ny=10, nn=15)
    assert review.agreement(table) == Fraction(7, 10)
    assert review.kappa(table) == Fraction(2, 5)


def test_kappa_is_one_for_perfect_agreement_zero_for_chance_and_below_for_less():
    assert review.kappa(pairs(yy=5, nn=5)) == 1
    assert review.kappa(pairs(yy=25, yn=25, ny=25, nn=25)) == 0
    assert review.kappa(pairs(yn=5, ny=5)) == -1


def test_kappa_says_nothing_where_chance_explains_all_or_nothing_is_there():
    assert review.kappa(pairs(yy=5)) is None
    assert review.kappa([]) is None
    assert review.agreement([]) == 0


@given(table=st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1))
def test_kappa_is_the_same_whoever_is_named_first_and_never_above_agreement(table):
    turned = [(other, one) for one, other in table]
    value = review.kappa(table)
    assert value == review.kappa(turned)
    assert value is None or value <= review.agreement(table)
