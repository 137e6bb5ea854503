"""Stops one epoch too early."""

import copy
import io

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

from data.bench import network, optimizer, weights  # noqa: F401 - leave this line: your loop is tried with these


class Rows(Dataset):
    """Rows (an array of floats) with their labels (an array of ints)."""

    def __init__(self, rows, labels):
        self.rows = torch.tensor(rows, dtype=torch.float32)
        self.labels = torch.tensor(labels, dtype=torch.int64)

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, at):
        return self.rows[at], self.labels[at]


def loader(rows, labels, size, seed=None):
    """Return a DataLoader of batches of `size` rows: in order without a seed, else in an order drawn from it."""
    generator = None if seed is None else torch.Generator().manual_seed(seed)
    return DataLoader(Rows(rows, labels), batch_size=size, shuffle=seed is not None, generator=generator)


def train_epoch(model, batches, optimizer, clip=None):
    """Train on each batch once and return the mean loss of a row, a float."""
    model.train()
    total, count = 0.0, 0
    for rows, labels in batches:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(rows), labels)
        loss.backward()
        if clip is not None:
            nn.utils.clip_grad_norm_(model.parameters(), clip)
        optimizer.step()
        total += loss.item() * len(rows)
        count += len(rows)
    return total / count


@torch.no_grad()
def evaluate(model, batches):
    """Return the mean loss of a row and the share of rows that are classified right, two floats."""
    was_training = model.training
    model.eval()
    total, right, count = 0.0, 0, 0
    for rows, labels in batches:
        scores = model(rows)
        total += nn.functional.cross_entropy(scores, labels, reduction="sum").item()
        right += (scores.argmax(dim=1) == labels).sum().item()
        count += len(rows)
    model.train(was_training)
    return total / count, right / count


def fit(model, train, valid, optimizer, epochs, patience, clip=None):
    """Train with early stopping, leave the model with its best weights, and return the validation losses, a list."""
    losses, best, since = [], None, 0
    while len(losses) < epochs and since < patience - 1:
        train_epoch(model, train, optimizer, clip)
        loss, _ = evaluate(model, valid)
        since += 1
        if not losses or loss < min(losses):
            best, since = copy.deepcopy(model.state_dict()), 0
        losses.append(loss)
    model.load_state_dict(best)
    return losses


def save(model, optimizer):
    """Return a checkpoint, bytes."""
    file = io.BytesIO()
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict()}, file)
    return file.getvalue()


def load(checkpoint, model, optimizer):
    """Put a model and its optimizer where a checkpoint was taken."""
    saved = torch.load(io.BytesIO(checkpoint), weights_only=True)
    model.load_state_dict(saved["model"])
    optimizer.load_state_dict(saved["optimizer"])
