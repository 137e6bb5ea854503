"""Makes patients.csv, once, with scikit-learn's diabetes data (442 patients; Efron et al., 2004); no judging runs this.

    python make_data.py > patients.csv

Some values are left out, as they are in life; which ones is drawn under a fixed seed.
"""

import sys

import numpy as np
from sklearn.datasets import load_diabetes

NAMES = {"s1": "tc", "s2": "ldl", "s3": "hdl", "s4": "tch", "s5": "ltg", "s6": "glu", "target": "progression"}
HOLES = {"bmi": 0.05, "bp": 0.08, "ltg": 0.06, "glu": 0.03}


def main():
    """Write the table to the output."""
    table = load_diabetes(as_frame=True, scaled=False).frame.rename(columns=NAMES)
    table["sex"] = table["sex"].map({1.0: "female", 2.0: "male"})
    rng = np.random.default_rng(442)
    for column, share in HOLES.items():
        table.loc[rng.random(len(table)) < share, column] = np.nan
    table.to_csv(sys.stdout, index=False)


if __name__ == "__main__":
    main()
