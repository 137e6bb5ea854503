"""A training loop."""

from torch.utils.data import Dataset

from data.bench import network, optimizer, weights  # noqa: F401 - leave this line: your loop is tried with these


class Rows(Dataset):
    """Rows (an array of floats) with their labels (an array of ints)."""

    def __init__(self, rows, labels):
        raise NotImplementedError


def loader(rows, labels, size, seed=None):
    """Return a DataLoader of batches of `size` rows: in order without a seed, else in an order drawn from it."""
    raise NotImplementedError


def train_epoch(model, batches, optimizer, clip=None):
    """Train on each batch once and return the mean loss of a row, a float."""
    raise NotImplementedError


def evaluate(model, batches):
    """Return the mean loss of a row and the share of rows that are classified right, two floats."""
    raise NotImplementedError


def fit(model, train, valid, optimizer, epochs, patience, clip=None):
    """Train with early stopping, leave the model with its best weights, and return the validation losses, a list."""
    raise NotImplementedError


def save(model, optimizer):
    """Return a checkpoint, bytes."""
    raise NotImplementedError


def load(checkpoint, model, optimizer):
    """Put a model and its optimizer where a checkpoint was taken."""
    raise NotImplementedError
