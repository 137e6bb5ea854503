"""clean: a true table is drawn, written down as messily as the brief allows, and must come back."""

import csv
import io
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

COLUMNS = ["order_id", "customer", "date", "weight_kg", "price"]
HEADER = ["order_id", "customer", "date", "weight", "price"]
SUBTOTAL = ["", "", "", "", "1234.50"]
NAMES = ["Ada Lovelace", "Alan Turing", "Emmy Noether", "Grace Hopper", "Mary Ann Shelley", "Carl Gauss"]
SIZE, HOLES, SLIPS, COPIES = 300, 18, 12, 40


@pytest.fixture
def truth(rng):
    """Return the true orders by their id; in each column but the id some cells are missing."""
    days = [date(2026, 1, 1) + timedelta(days=rng.randrange(365)) for _ in range(SIZE)]
    table = pd.DataFrame(
        {
            "customer": [rng.choice(NAMES) for _ in range(SIZE)],
            "date": pd.to_datetime(days),
            "weight_kg": [rng.randint(200, 8000) / 1000 for _ in range(SIZE)],
            "price": [rng.randint(500, 9500) / 100 for _ in range(SIZE)],
        },
        index=pd.Index([f"A-{1000 + number}" for number in rng.sample(range(9000), SIZE)], name="order_id"),
    )
    for column in table:
        table.loc[rng.sample(list(table.index), HOLES), column] = None
    return table


@pytest.fixture
def slips(truth, rng):
    """Return the ids of the orders whose price is written a hundred times too large: the cheapest, and others."""
    return [truth["price"].idxmin(), *rng.sample(list(truth.index[truth["price"] > truth["price"].min()]), SLIPS - 1)]


@pytest.fixture
def text(truth, slips, rng):
    """Return the export: every order, some of them twice, headers and subtotals in between."""
    told = list(truth.index) + rng.sample(list(truth.index), COPIES)
    lines = [line(order_id, truth.loc[order_id], order_id in slips, rng) for order_id in told] + [HEADER, SUBTOTAL] * 3
    rng.shuffle(lines)
    sheet = io.StringIO()
    csv.writer(sheet, lineterminator="\n").writerows([HEADER, *lines])
    return sheet.getvalue()


def line(order_id, order, is_slip, rng):
    """Write one order down, each cell in one of the ways that the brief allows."""
    write = {
        "customer": lambda name: rng.choice([" ", "  "]).join(rng.choice([name.upper(), name.lower(), name]).split()),
        "date": lambda day: day.strftime(rng.choice(["%Y-%m-%d", "%d/%m/%Y", f"{day.day} %b %Y"])),
        "weight_kg": lambda kg: rng.choice([f"{kg:.3f} kg", f"{kg * 1000:.0f}g", f"{kg / 0.45359237:.4f} lb"]),
        "price": lambda euros: rng.choice(["€{}", "{}", "{} EUR"]).format(digits(euros * (100 if is_slip else 1), rng)),
    }
    missing = ["", "n/a", "-", "unknown"]
    return [order_id, *(rng.choice(missing) if pd.isna(cell) else write[name](cell) for name, cell in order.items())]


def digits(euros, rng):
    return f"{euros:.2f}".replace(".", rng.choice(".,"))


def cleaned(submission, text):
    """Return the learner's table by order id, each order once."""
    table = submission.clean(text)
    assert isinstance(table, pd.DataFrame)
    return table.drop_duplicates("order_id").set_index("order_id")


def right(truth, table, column):
    """Return the share of the cells of a column that are right; a missing cell is right where nothing is known."""
    real, told = truth[column], table[column].reindex(truth.index)
    same = np.isclose(told, real, atol=0.001) if real.dtype == float else (told == real).fillna(value=False)
    return (same | (told.isna() & real.isna())).mean()


@pytest.mark.hint("Which column says that two lines are the same order? Which lines are no order at all?")
def test_every_order_once(submission, truth, text):
    """Keeps every order exactly once, and invents none."""
    assert sorted(submission.clean(text)["order_id"]) == sorted(truth.index)


def test_columns_and_types(submission, text):
    """Gives the five columns, each with its type."""
    table = submission.clean(text)
    assert sorted(table.columns) == sorted(COLUMNS)
    assert pd.api.types.is_datetime64_any_dtype(table["date"])
    assert pd.api.types.is_float_dtype(table["weight_kg"])
    assert pd.api.types.is_float_dtype(table["price"])


def test_customers(submission, truth, text):
    """Writes customers' names alike."""
    assert right(truth, cleaned(submission, text), "customer") >= 0.98


@pytest.mark.hint("On which day was 04/03/2026?")
def test_dates(submission, truth, text):
    """Reads all three ways of writing a date."""
    assert right(truth, cleaned(submission, text), "date") >= 0.98


@pytest.mark.hint("How heavy is 800g, and how heavy is 2 lb?")
def test_weights(submission, truth, text):
    """Reads weights in kilograms, grams and pounds."""
    assert right(truth, cleaned(submission, text), "weight_kg") >= 0.98


@pytest.mark.hint("Which of its characters belong to the number 7,95?")
def test_prices(submission, truth, slips, text):
    """Reads prices with point or comma, with or without a currency."""
    assert right(truth.drop(index=slips), cleaned(submission, text), "price") >= 0.98


@pytest.mark.hint("Is an empty cell better than a guess?")
def test_missing_stays_missing(submission, truth, text):
    """Leaves missing what is missing, and keeps the order."""
    table = cleaned(submission, text)
    for column in truth:
        holes = truth.index[truth[column].isna()]
        assert table.loc[holes, column].isna().mean() >= 0.98


@pytest.mark.hint("Which prices are far off once all are numbers?")
def test_slips_become_missing(submission, slips, text):
    """Makes prices that are far off missing."""
    assert cleaned(submission, text).loc[slips, "price"].isna().all()


@pytest.mark.points(8)
@pytest.mark.hint("Which of the sentences above did not pass? Start there.")
def test_the_whole_table(submission, truth, slips, text):
    """Gives a table that can be trusted as a whole: all orders once, all columns right."""
    truth.loc[slips, "price"] = None
    table = submission.clean(text).set_index("order_id")
    assert sorted(table.index) == sorted(truth.index)
    assert table.loc[slips, "price"].isna().all()
    assert all(right(truth, table, column) >= 0.98 for column in truth)
