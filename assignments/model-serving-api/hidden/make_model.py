"""Writes data/model.json.gz: the model that hidden/model.json is, with the rows that it was trained on.

Run once by whoever changes the model, with scikit-learn; nothing runs it while judging. A model's file often holds more
than an answer takes, and here that is what makes it dear to read: 100 ms of processor time, where an answer takes one.
An app that reads it once does not notice; one that reads it for every request is found by its time. The rows are those
of scikit-learn's 178 wines, drawn 60 000 times.
"""

import gzip
import json
import random
from pathlib import Path

from sklearn.datasets import load_wine

HERE = Path(__file__).parent
ROWS = 60_000


def main():
    """Write the file."""
    model = json.loads((HERE / "model.json").read_text(encoding="utf-8"))
    wine = load_wine()
    columns = [wine.feature_names.index(feature["name"]) for feature in model["features"]]
    lots = [[*(float(row[at]) for at in columns), int(kind)] for row, kind in zip(wine.data, wine.target, strict=True)]
    model["trained_on"] = random.Random(178).choices(lots, k=ROWS)
    content = json.dumps(model, separators=(",", ":")).encode()
    (HERE.parent / "data" / "model.json.gz").write_bytes(gzip.compress(content, 9, mtime=0))


if __name__ == "__main__":
    main()
