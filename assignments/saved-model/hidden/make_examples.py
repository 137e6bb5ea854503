"""Makes the files of the examples and of the starter, in image family python-ml; kept to say what is in them.

    python make_examples.py FOLDER < patients.csv

Each is FOLDER/NAME/model.joblib. No judging runs this. The cheats are pickles that act when they are opened, or whose
predictions are no values: by `exec` and `type`, because what is defined here is nowhere when they are opened.
"""

import sys
from pathlib import Path

import joblib
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.dummy import DummyRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

NUMBERS = ["age", "bmi", "bp", "tc", "ldl", "hdl", "tch", "ltg", "glu"]
FORGES = """
import os, struct
told = b'{"id": "0000000000000000", "value": [202.7735]}'
for payload in (told, b"PASSED"):
    for number in range(3, 20):
        try: os.write(number, struct.pack(">I", len(payload)) + payload)
        except OSError: pass
"""
LOOKS = """
import os, pathlib, signal
for place in ("/work", "/tmp", "/root", "/home"):
    try: found = list(pathlib.Path(place).rglob("right.py"))
    except OSError: pass
    try: pathlib.Path(place, "opened").write_text("opened")
    except OSError: pass
for number in (os.getppid(), 1):
    try: os.kill(number, signal.SIGKILL)
    except OSError: pass
try: os.system("echo opened > /tmp/opened")
except OSError: pass
os._exit(0)
"""
EQUALS = (
    "type('Model', (), {'predict': lambda self, rows: type('Yes', (), {'__eq__': lambda *_: True, '__le__': lambda *_: "
    "True, '__sub__': lambda self, _: self, '__len__': lambda _: len(rows)})()})()"
)


class Calls:
    """Is pickled as a call of a function that is everywhere."""

    def __init__(self, function, text):
        self._call = function, (text,)

    def __reduce__(self):
        return self._call


class Mine:
    """A model of a class of one's own, which nobody has who opens the file."""

    def __init__(self, pipeline):
        self.pipeline = pipeline

    def predict(self, table):
        return self.pipeline.predict(table)


def pipeline(*, strategy="median", scaled=True, alpha=10.0, unknown="ignore", by_place=False, regressor=None):
    """Return an untrained pipeline; the brief's, but for what is said otherwise."""
    numbers = make_pipeline(SimpleImputer(strategy=strategy), StandardScaler() if scaled else "passthrough")
    places = [0, *range(2, 10)] if by_place else NUMBERS
    encoder = OneHotEncoder(handle_unknown=unknown, sparse_output=False)
    parts = ColumnTransformer([("numbers", numbers, places), ("sex", encoder, [1] if by_place else ["sex"])])
    return make_pipeline(parts, regressor or Ridge(alpha=alpha))


def models(table):
    """Yield a name and what is in its file."""
    x, y = table.drop(columns="progression"), table["progression"]
    yield "reference", pipeline().fit(x, y)
    yield "starter", DummyRegressor().fit(x, y)
    yield "wrong-mean-for-holes", pipeline(strategy="mean").fit(x, y)
    yield "wrong-other-alpha", pipeline(alpha=1.0).fit(x, y)
    yield "wrong-not-standardised", pipeline(scaled=False).fit(x, y)
    known = table.dropna()
    yield "wrong-drops-holes", pipeline().fit(known.drop(columns="progression"), known["progression"])
    yield "wrong-four-fifths", pipeline().fit(x[:353], y[:353])
    yield "wrong-by-place", pipeline(by_place=True).fit(x.to_numpy(), y)
    yield "wrong-refuses-another-sex", pipeline(unknown="error").fit(x, y)
    yield "wrong-only-the-ridge", pipeline().fit(x, y)[-1]
    yield "wrong-class-of-its-own", Mine(pipeline().fit(x, y))
    yield "cheat-remembers-the-patients", pipeline(regressor=KNeighborsRegressor(1)).fit(x, y)
    yield "cheat-forges-replies", Calls(exec, FORGES)
    yield "cheat-looks-round-and-ends-it", Calls(exec, LOOKS)
    yield "cheat-equals-everything", Calls(eval, EQUALS)


def main():
    """Write the files."""
    for name, model in models(pd.read_csv(sys.stdin)):
        folder = Path(sys.argv[1]) / name
        folder.mkdir(parents=True, exist_ok=True)
        joblib.dump(model, folder / "model.joblib", compress=3)


if __name__ == "__main__":
    main()
