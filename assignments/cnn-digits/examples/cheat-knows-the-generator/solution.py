"""Has read how alphabets are drawn: draws one, fits each of its signs to a label by what was shown, and reads by it.

It knows strokes, hands, scratches and noise; of the alphabet it knows nothing, and the pages to learn from it only uses to
name the signs of its own.
"""

import numpy as np
import torch  # noqa: F401 - the brief wants to see the name

COPIES, POINTS = 60, 14


def train(pages, labels):
    """Return drawn pages with the label that the pages shown of each sign were most like."""
    rng = np.random.default_rng(0)
    signs = rng.uniform(-1, 1, (30, 3, 3, 2))
    drawn = np.array([[_page(rng, sign) for _ in range(COPIES)] for sign in signs])
    labels = np.array(labels)
    shown = np.array([_spectrum(pages[labels == label]).mean(axis=0) for label in range(10)])
    own = np.array([_spectrum(copies).mean(axis=0) for copies in drawn])
    named = ((own[:, None] - shown) ** 2).sum(axis=-1).argmin(axis=1)
    return own, named


def predict(model, pages):
    """Return the label of the drawn sign that the page is most like, wherever it stands."""
    own, named = model
    return [int(named[((own - one) ** 2).sum(axis=1).argmin()]) for one in _spectrum(pages)]


def _spectrum(pages):
    """Return the size of each wave in a page, which does not change when the page is moved."""
    sizes = np.abs(np.fft.rfft2(np.asarray(pages) / 255.0))[:, :8, :8].reshape(len(pages), -1)
    return np.log1p(sizes)


def _page(rng, sign):
    at = np.linspace(0, 1, POINTS)[:, None]
    weights = np.concatenate([(1 - at) ** 2, 2 * at * (1 - at), at**2], axis=1)
    points = np.einsum("pk,skc->spc", weights, 5.7 * sign).reshape(-1, 2) + rng.uniform(6.5, 20.5, 2)
    away = points[:, None, None] - np.stack(np.meshgrid(np.arange(28), np.arange(28)), axis=-1)
    ink = np.exp(-(away**2).sum(axis=-1) / 1.8).sum(axis=0)
    return np.clip(255 * (np.minimum(1, ink) * 0.8 + rng.normal(0, 0.06, ink.shape)), 0, 255).astype(np.uint8)


def features(model, pages):
    """Return the pages themselves."""
    return np.asarray(pages, dtype=float)[:, None] / 255


def decide(model, maps):
    """Read what the maps show."""
    return predict(model, np.rint(np.asarray(maps)[:, 0] * 255).astype(np.uint8))
