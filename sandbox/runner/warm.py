"""The first use of a library, made before there is a submission.

What a library looks up when it is first used (plugins in the folders of all that is installed, say: a hundred files) it
keeps, and a fork of the process that did it finds it kept.
"""

from __future__ import annotations

import sys


def warm() -> None:
    """Use what has been imported and looks much up, on a value that means nothing."""
    if "sklearn" in sys.modules:
        from sklearn.dummy import DummyClassifier

        DummyClassifier().fit([[0.0], [1.0]], [0, 1]).predict([[0.0]])
