"""Keras from rows to service: fill in each body; the README says exactly what is asked."""


def pipeline(rows, labels, batch, seed=None):
    """Return a tf.data.Dataset of batches of (rows, labels)."""
    raise NotImplementedError


def network(rows, classes, hidden=64, penalty=0.0001):
    """Return a compiled network, its first layer adapted to the rows."""
    raise NotImplementedError


def step(model, rows, labels):
    """Take one step of the model's optimiser on one batch; return the loss that it began with."""
    raise NotImplementedError


def save(model, path):
    """Write the model to a .keras file."""
    raise NotImplementedError


def load(path):
    """Return the model of a .keras file, ready to go on."""
    raise NotImplementedError


def export(model, folder):
    """Write a SavedModel that answers rows with probabilities."""
    raise NotImplementedError


def probabilities(folder, rows):
    """Return what a SavedModel answers: an array of one row of probabilities for each row."""
    raise NotImplementedError


def train(rows, labels):
    """Train a network, export it to the folder `served`, and return its name."""
    raise NotImplementedError


def predict(folder, rows):
    """Return the most probable label of each row, as the SavedModel in the folder has it."""
    raise NotImplementedError
