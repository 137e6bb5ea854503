"""Predictions are looked at all at once where that is enough, and one by one where a sentence is due."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.proctor.inside.metric import WrongAnswers, _answers, _check_agreement, _check_kind

VALUES = st.lists(
    st.one_of(
        st.integers(-3, 3),
        st.floats(),
        st.booleans(),
        st.sampled_from(["a", None, 10**400, -(10**400), 0.1, 0.25, 1, 1.0, math.nan, math.inf]),
    ),
    min_size=1,
    max_size=6,
)


def outcome(work):
    try:
        return work()
    except WrongAnswers as wrong:
        return wrong.item, str(wrong)


@given(VALUES, st.sampled_from(["int", "float", "str", "bool"]), st.sampled_from([None, ["0", "1"], ["-1/3", "0.1"]]))
def test_all_at_once_says_what_one_by_one_says(values, answers, bounds):
    order = {"answers": answers, "answer_range": bounds}

    def one_by_one():
        for value in values:
            _check_kind(order, value)
        return repr(values)

    assert outcome(lambda: repr(_answers(order, values, len(values)))) == outcome(one_by_one)


def test_agreement_is_of_kind_and_value():
    for first, again, agrees in (
        (1.0, 1.0, True),
        (1.0, 1.5, True),
        (1.0, 1.6, False),
        (1, 1.0, True),
        ("a", "b", False),
    ):
        if agrees:
            _check_agreement({0: first}, [{0: again}], 0.5)
        else:
            with pytest.raises(WrongAnswers):
                _check_agreement({0: first}, [{0: again}], 0.5)
