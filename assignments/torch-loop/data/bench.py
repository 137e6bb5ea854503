"""What your loop is tried with: a small network with a layer that differs in training, and its optimizer."""

import torch
from torch import nn


class Network(nn.Module):
    """Rows of 6 numbers -> scores of 3 classes.

    Args:
        dropout: the share of numbers that is dropped in training.
        hear: is told, of each batch that passes, how many rows it has, whether the network is in training, and whether
            slopes are kept.
    """

    def __init__(self, dropout=0.0, hear=None):
        super().__init__()
        self.first = nn.Linear(6, 8)
        self.norm = nn.BatchNorm1d(8)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(8, 3)
        self.hear = hear

    def forward(self, rows):
        """Rows (n, 6) of floats -> scores (n, 3)."""
        if self.hear is not None:
            self.hear(len(rows), self.training, torch.is_grad_enabled())
        return self.head(self.dropout(torch.relu(self.norm(self.first(rows)))))


def network(weights, dropout=0.0, hear=None):
    """Return a network that begins with given weights: a dict of numpy arrays, as `state_dict` names them."""
    made = Network(dropout, hear)
    made.load_state_dict({name: torch.tensor(array) for name, array in weights.items()})
    return made


def optimizer(model, rate, momentum=0.0):
    """Return an optimizer of a network's weights."""
    return torch.optim.SGD(model.parameters(), lr=rate, momentum=momentum)


def weights(model):
    """Return what a network holds: a dict of numpy arrays."""
    return {name: tensor.detach().numpy().copy() for name, tensor in model.state_dict().items()}
