"""The arithmetic of points: exact, monotone, between nothing and everything."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from grader import model, scoring
from grader.model import Criterion, Item, Outcome, Rubric, Threshold, Verdict, Word

SHARES = st.fractions(0, 1, max_denominator=100)
FIGURES = st.fractions(-10, 10, max_denominator=1000)
ITEMS = st.lists(
    st.builds(
        Item,
        id=st.just("t"),
        sentence=st.just("s"),
        outcome=st.builds(Outcome, st.sampled_from(Word)),
        weight=st.fractions(0, 10, max_denominator=10),
    ),
    max_size=8,
)
RISING = st.lists(st.tuples(FIGURES, SHARES), min_size=1, max_size=6, unique_by=lambda corner: corner[0])


def corners(pairs, *, lower_is_better=False):
    """Return thresholds that the catalog would accept."""
    earns = sorted((earned for _, earned in pairs), reverse=lower_is_better)
    return tuple(Threshold(at=at, earns=e) for at, e in zip(sorted(at for at, _ in pairs), earns, strict=True))


def item(word, weight=1):
    return Item(id="t", sentence="s", outcome=Outcome(word), weight=Fraction(weight))


def verdict(earned, word=Word.PARTIAL):
    return Verdict(check="c", kind="tests", outcome=Outcome(word), earned=Fraction(earned))


def rubric(points, checks_each=1):
    names = [[f"c{number}-{part}" for part in range(checks_each)] for number in range(len(points))]
    return Rubric(
        points=sum(points, Fraction(0)),
        pass_mark=Fraction(1),
        criteria=tuple(
            Criterion(id=f"k{number}", title="t", points=worth, checks=tuple(names[number]))
            for number, worth in enumerate(points)
        ),
        checks={name: model.Tests(kind="tests", files=("test_a.py",)) for group in names for name in group},
    )


@given(ITEMS, st.booleans())
def test_a_share_of_items_lies_between_nothing_and_everything(items, strictly):
    assert 0 <= scoring.share_of_items(items, all_or_nothing=strictly) <= 1


@given(ITEMS)
def test_all_or_nothing_is_all_or_nothing_and_never_more(items):
    strictly = scoring.share_of_items(items, all_or_nothing=True)
    assert strictly in {0, 1}
    assert strictly <= scoring.share_of_items(items)


@given(ITEMS, st.integers(0, 7))
def test_passing_one_more_test_never_costs_anything(items, which):
    assume(which < len(items))
    better = list(items)
    better[which] = Item(id="t", sentence="s", outcome=Outcome(Word.PASSED), weight=items[which].weight)
    assert scoring.share_of_items(better) >= scoring.share_of_items(items)


def test_no_items_earn_nothing():
    assert scoring.share_of_items([]) == 0
    assert scoring.share_of_items([item(Word.PASSED, 0)]) == 0


@given(ITEMS)
def test_the_word_for_many_items_agrees_with_what_they_earn(items):
    """PASSED is said of everything earned and of nothing less."""
    earned = scoring.share_of_items(items)
    word = scoring.outcome_of_items(items, earned).word
    assert (word is Word.PASSED) == (earned == 1)


def test_an_outcome_that_all_share_is_the_word_for_all():
    assert scoring.outcome_of_items([item(Word.TIMED_OUT)] * 3, Fraction(0)).word is Word.TIMED_OUT
    assert scoring.outcome_of_items([item(Word.TIMED_OUT), item(Word.RAISED)], Fraction(0)).word is Word.FAILED
    assert scoring.outcome_of_items([], Fraction(0)).word is Word.FAILED
    assert scoring.outcome_of_items([item(Word.PASSED), item(Word.FAILED)], Fraction(1, 2)).word is Word.PARTIAL
    mixed = [item(Word.PASSED, 1), item(Word.RAISED, 1)]
    assert scoring.outcome_of_items(mixed, Fraction(0)).word is Word.FAILED


@given(RISING, FIGURES, FIGURES)
def test_a_better_figure_never_earns_less(pairs, one, other):
    low, high = sorted((one, other))
    line = corners(pairs)
    assert 0 <= scoring.share_of_figure(low, line) <= scoring.share_of_figure(high, line) <= 1


@given(RISING, FIGURES, FIGURES)
def test_a_smaller_loss_never_earns_less(pairs, one, other):
    """The catalog asks that a loss has two corners that differ, since one corner does not say which way is better."""
    line = corners(pairs, lower_is_better=True)
    assume(line[0].earns != line[-1].earns)
    low, high = sorted((one, other))
    assert 0 <= scoring.share_of_figure(high, line) <= scoring.share_of_figure(low, line) <= 1


@given(RISING, st.booleans())
def test_corners_earn_exactly_what_they_say(pairs, falling):
    line = corners(pairs, lower_is_better=falling)
    for corner in line:
        assert scoring.share_of_figure(corner.at, line) == corner.earns


def test_between_corners_the_line_is_straight_and_beyond_them_level():
    line = corners([(Fraction(9, 10), Fraction(0)), (Fraction(96, 100), Fraction(1))])
    assert scoring.share_of_figure(Fraction(93, 100), line) == Fraction(1, 2)
    assert scoring.share_of_figure(Fraction(5), line) == 1
    assert scoring.share_of_figure(Fraction(-5), line) == 0
    loss = corners([(Fraction(1), Fraction(1)), (Fraction(2), Fraction(1, 4))], lower_is_better=True)
    assert scoring.share_of_figure(Fraction(0), loss) == 1
    assert scoring.share_of_figure(Fraction(3), loss) == 0


@given(st.fractions(-1000, 1000), st.integers(0, 8))
def test_rounding_is_near_and_stays(value, decimals):
    rounded = scoring.round_half_up(value, decimals)
    assert abs(rounded - value) <= Fraction(1, 2 * 10**decimals)
    assert scoring.round_half_up(rounded, decimals) == rounded
    assert scoring.round_half_up(-value, decimals) == -rounded


@given(st.decimals(-1000, 1000, places=6), st.integers(0, 6))
def test_rounding_and_its_text_are_those_of_the_decimal_standard(value, decimals):
    expected = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    assert scoring.round_half_up(Fraction(value), decimals) == Fraction(expected)
    text = scoring.decimal_text(Fraction(value), decimals)
    assert Fraction(text) == Fraction(expected)
    assert len(text.partition(".")[2]) == decimals


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [("0.9595", 3, "0.960"), ("-0.0004", 3, "0.000"), ("-1/2", 0, "-1"), ("12.5", 0, "13"), ("1/3", 2, "0.33")],
)
def test_a_figure_is_written_with_all_its_digits(value, decimals, text):
    assert scoring.decimal_text(Fraction(value), decimals) == text


POINTS = st.lists(st.fractions("1/10", 100, max_denominator=10), min_size=1, max_size=6)


@given(POINTS, st.integers(1, 3), st.data())
def test_the_total_is_exactly_the_sum_of_its_parts(points, checks_each, data):
    judged = rubric(points, checks_each)
    verdicts = {name: verdict(data.draw(SHARES)) for name in judged.checks}
    criteria, total = scoring.score(judged, verdicts)
    assert total.earned == sum(criterion.earned for criterion in criteria)
    assert 0 <= total.earned <= total.possible == sum(points)
    assert all(0 <= criterion.earned <= criterion.possible for criterion in criteria)
    better = dict(verdicts)
    name = data.draw(st.sampled_from(sorted(judged.checks)))
    better[name] = verdict(1, Word.PASSED)
    assert scoring.score(judged, better)[1].earned >= total.earned


@given(POINTS)
def test_all_passed_is_everything_and_nothing_passed_is_nothing(points):
    judged = rubric(points)
    for earned, expected in ((1, sum(points)), (0, 0)):
        total = scoring.score(judged, {name: verdict(earned) for name in judged.checks})[1]
        assert total.earned == expected


@pytest.mark.parametrize(
    ("verdicts", "word"),
    [
        ([verdict(1, Word.PASSED), verdict(1, Word.PASSED)], "PASSED"),
        ([verdict(1, Word.PASSED), verdict(0, Word.RAISED)], "PARTIAL"),
        ([verdict(0, Word.RAISED), verdict(0, Word.RAISED)], "FAILED"),
        ([verdict(1, Word.PASSED), verdict(0, Word.PENDING)], "PENDING"),
    ],
)
def test_a_criterion_of_several_checks_has_one_word(verdicts, word):
    judged = rubric([Fraction(10)], 2)
    criteria, _ = scoring.score(judged, dict(zip(judged.checks, verdicts, strict=True)))
    assert criteria[0].outcome == word


def test_a_criterion_of_one_check_has_the_word_of_its_check():
    over = Verdict(check="c", kind="tests", outcome=Outcome(Word.OVER_LIMIT, "output"), earned=Fraction(0))
    criteria, _ = scoring.score(rubric([Fraction(10)]), {"c0-0": over})
    assert criteria[0].outcome == "OVER_LIMIT(output)"
