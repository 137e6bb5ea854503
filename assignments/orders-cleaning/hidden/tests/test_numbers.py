"""far_off and monthly: arrays and frames cross as data, and come back as data."""

import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def values(keys):
    """Return numbers around 50, some of them missing, three of them far off on either side."""
    generator = keys.numpy("values")
    values = generator.uniform(20, 80, size=60)
    values[generator.choice(60, size=9, replace=False)] = [np.nan] * 6 + [900, 4000, -2000]
    return values


@pytest.fixture
def orders(rng):
    """Return a clean table of 90 orders from four months of two years; some prices and dates are missing."""
    months = pd.to_datetime(["2025-11-01", "2025-12-01", "2026-02-01", "2026-03-01"])
    return pd.DataFrame(
        {
            "order_id": [f"A-{number}" for number in rng.sample(range(1000, 9999), 90)],
            "customer": rng.choices(["Ada Lovelace", "Alan Turing"], k=90),
            "date": [months[i % 4] + pd.Timedelta(days=rng.randint(0, 27)) if i % 15 else pd.NaT for i in range(90)],
            "weight_kg": [rng.randint(200, 8000) / 1000 for _ in range(90)],
            "price": [np.nan if i % 10 == 1 else rng.randint(500, 9500) / 100 for i in range(90)],
        }
    )


@pytest.mark.hint("What does np.median say of an array with a NaN in it?")
def test_finds_what_is_far_off(submission, values):
    """Finds the values that are far off, on both sides, and no missing one."""
    answer = submission.far_off(values)
    assert answer.dtype == bool
    assert answer.tolist() == [value in (900, 4000, -2000) for value in values]


@pytest.mark.hint("What if one value is a million times the others: does your yardstick grow with it?")
def test_is_not_blinded_by_one_value(submission, values):
    """Finds what is far off beside something that is farther still."""
    values[values == 4000] = 4e9
    assert list(submission.far_off(values)) == [value in (900, 4e9, -2000) for value in values]


@pytest.mark.hint("Are the months text, and in the order of the calendar?")
def test_counts_the_orders_of_a_month(submission, orders):
    """Counts the orders of each month, earliest first; those without a date are in none."""
    answer = submission.monthly(orders)
    counts = orders["date"].dropna().dt.strftime("%Y-%m").value_counts().sort_index()
    assert list(answer["month"]) == list(counts.index)
    assert list(answer["orders"]) == list(counts)


@pytest.mark.hint("What does a missing price add?")
def test_sums_the_revenue_of_a_month(submission, orders):
    """Sums the prices of each month; a missing price adds nothing."""
    answer = submission.monthly(orders)
    sums = orders.groupby(orders["date"].dt.strftime("%Y-%m"))["price"].sum()
    assert np.allclose(answer["revenue"], sums)


@pytest.mark.hint("Which of your lines assign to what they were given?")
def test_changes_nothing_it_is_given(box, values, orders):
    """Leaves the given array and table as they were, and answers."""
    flags, months = box.call("far_off", values), box.call("monthly", orders)
    assert flags.value.sum() == 3
    assert months.value["orders"].sum() == 84
    assert np.array_equal(flags.args[0], values, equal_nan=True)
    assert months.args[0].equals(orders)
