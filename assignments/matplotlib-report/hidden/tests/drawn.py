"""Draws tables of sales, counts them up, and reads figures that stay in their box.

Whatever a figure says of itself is the learner's answer, compared with what is counted here. What is *seen* is read off
the picture, which is plain bytes: hide one thing, and the picture must change where the numbers say that the thing is.
"""

import numpy as np
import pandas as pd

NEAR = 7
"""Pixels around a point in which its ink has to be."""


def names(rng, count):
    """Return names of shops, in no order."""
    made = sorted({"".join(rng.choice("bdgklmnprstv") + rng.choice("aeiou") for _ in range(3)) for _ in range(40)})
    return rng.sample(made, count)


def sales(keys, shops, *, scales=None, rows=400, months=range(1, 13)):
    """Return a table of a year: receipts, a few refunds, a few holes, and at least a receipt of each shop."""
    rng = keys.numpy("sales")
    scales = dict.fromkeys(shops, 100.0) if scales is None else scales
    shop = np.concatenate([shops, rng.choice(shops, rows - len(shops))])
    month = rng.choice(list(months), rows)
    amount = rng.uniform(0.2, 2, rows) * [scales[one] for one in shop] * np.where(rng.random(rows) < 0.06, -0.5, 1)
    amount = np.where(rng.random(rows) < 0.05, np.nan, amount.round(2))
    amount[: len(shops)] = [scales[one] for one in shops]
    table = pd.DataFrame(
        {
            "date": pd.to_datetime({"year": 2025, "month": month, "day": rng.integers(1, 29, rows)}),
            "shop": shop,
            "amount": amount,
        }
    )
    table.index = rng.permutation(rows) + 7
    return table.iloc[rng.permutation(rows)]


def monthly(table):
    """Return the totals of each shop, in thousands: a dict from its name to twelve numbers."""
    totals = {shop: [0.0] * 12 for shop in table["shop"]}
    for date, shop, amount in table.itertuples(index=False):
        totals[shop][date.month - 1] += 0.0 if np.isnan(amount) else amount / 1000
    return totals


def yearly(table):
    """Return the total of each shop, the largest first."""
    totals = {shop: 1000 * sum(months) for shop, months in monthly(table).items()}
    return dict(sorted(totals.items(), key=lambda pair: -pair[1]))


def lines(axes):
    """Return what the lines of an Axes show: a dict from label to an array of points."""
    return {line.get_label(): line.get_xydata() for line in axes.get_lines()}


def bars(axes):
    """Return the bars of an Axes from left to right, each as (left, width, foot, height)."""
    found = [(bar.get_x(), bar.get_width(), bar.get_y(), bar.get_height()) for bar in axes.patches]
    return sorted(tuple(float(side) for side in bar) for bar in found)


def ticks(axes):
    """Return the text of each tick by its place."""
    places = [float(place) for place in axes.get_xticks()]
    return dict(zip(places, [text.get_text() for text in axes.get_xticklabels()], strict=True))


def picture(submission, figure):
    """Return the picture of a figure; its layout is settled from then on."""
    drawn = submission.pixels(figure)
    assert drawn.dtype == np.uint8
    assert drawn.ndim == 3
    return drawn


def ink(submission, figure, thing, whole):
    """Return where the whole picture changes when `thing` is hidden: an array of booleans, rows from the top."""
    thing.set_visible(False)
    changed = (whole != picture(submission, figure)).any(axis=2)
    thing.set_visible(True)
    assert changed.mean() < 0.5
    return changed


def place(axes, shape, x, y):
    """Return row and column of a point in a picture of this shape, by the limits of linear axes."""
    left, low, width, height = (float(side) for side in axes.get_position().bounds)
    (x0, x1), (y0, y1) = ([float(end) for end in limits] for limits in (axes.get_xlim(), axes.get_ylim()))
    across, up = left + width * (x - x0) / (x1 - x0), low + height * (y - y0) / (y1 - y0)
    return round(shape[0] * (1 - up)), round(shape[1] * across)


def near(changed, row, column):
    """Whether there is a change near a place."""
    top, left = max(row - NEAR, 0), max(column - NEAR, 0)
    return bool(changed[top : max(row + NEAR, 0), left : max(column + NEAR, 0)].any())
