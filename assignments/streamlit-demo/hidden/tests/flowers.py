"""The flowers, and what a page must show of them."""

import csv
from pathlib import Path

with Path(__file__).parent.with_name("flowers.csv").open(encoding="utf-8", newline="") as file:
    ROWS = [
        {name: value if name == "species" else float(value) for name, value in row.items()}
        for row in csv.DictReader(file)
    ]
SPECIES = sorted({row["species"] for row in ROWS})
LONGEST = max(row["petal_length"] for row in ROWS)


def left(species, least):
    """Return the flowers that a filter leaves."""
    return [row for row in ROWS if species in ("all", row["species"]) and row["petal_length"] >= least]


def mean(rows):
    """Return the mean width of the petals as it is shown."""
    return f"{sum(row['petal_width'] for row in rows) / len(rows):.2f}"


def is_half_way(rows):
    """Whether a mean lies so near the middle of two texts that rounding may go either way."""
    scaled = 100 * sum(row["petal_width"] for row in rows) / len(rows)
    return abs(scaled % 1 - 0.5) < 1e-6


def draw(rng):
    """Return a filter that leaves something, whose mean is no matter of rounding."""
    while True:
        species, least = rng.choice(["all", *SPECIES]), rng.randint(1, 68) / 10
        rows = left(species, least)
        if 0 < len(rows) < len(ROWS) and not is_half_way(rows):
            return species, least


def choose(app, species, least):
    """Enter a filter, and run."""
    app.selectbox("species").set_value(species)
    app.number_input("least").set_value(least)
    return app.run()


def shows(app, rows):
    """Whether the page shows exactly these flowers, their number and their mean."""
    if len(app.exception) or len(app.dataframe) != 1:
        return False
    table = app.dataframe[0].value
    columns = list(ROWS[0])
    return (
        str(app.metric("Flowers").value) == str(len(rows))
        and app.metric("Mean petal width").value == mean(rows)
        and list(table.columns) == columns
        and table.to_dict("records") == rows
    )
