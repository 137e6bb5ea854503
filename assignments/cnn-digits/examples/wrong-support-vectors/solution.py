"""No network: looks for the largest patch of ink, moves it into the middle, and asks a support vector machine."""

import numpy as np
import torch  # noqa: F401 - the brief wants to see the name
from scipy import ndimage
from sklearn.svm import SVC


def train(pages, labels):
    """Return a fitted machine."""
    return SVC(C=10).fit(_centred(pages), labels)


def predict(model, pages):
    """Return the sign on each page, a list of int."""
    return model.predict(_centred(pages)).tolist()


def _centred(pages):
    return np.array([_moved(page.astype(float)).ravel() / 255 for page in pages])


def _moved(page):
    patches, count = ndimage.label(ndimage.gaussian_filter(page, 1) > 80, np.ones((3, 3)))
    if not count:
        return page
    largest = np.bincount(patches.ravel())[1:].argmax() + 1
    middle = [(at.min() + at.max()) / 2 for at in np.nonzero(patches == largest)]
    return ndimage.shift(page, [13.5 - at for at in middle], order=1)


def features(model, pages):
    """Return the pages themselves."""
    return np.asarray(pages, dtype=float)[:, None] / 255


def decide(model, maps):
    """Read what the maps show."""
    return predict(model, np.rint(np.asarray(maps)[:, 0] * 255).astype(np.uint8))
