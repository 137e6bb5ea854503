"""Pools late and averages: another network that is good enough."""

import numpy as np
import torch
from torch import nn

EPOCHS, BATCH, RATE = 10, 32, 1e-2


class Reader(nn.Module):
    """Three blocks of convolution, and full layers at the end, on the highest of each map."""

    def __init__(self):
        super().__init__()
        self.maps = nn.Sequential(
            nn.Conv2d(1, 12, 3, padding=1), nn.MaxPool2d(2), nn.BatchNorm2d(12), nn.ReLU(),
        )  # fmt: skip
        self.head = nn.Sequential(
            nn.Conv2d(12, 24, 3, padding=1), nn.MaxPool2d(2), nn.BatchNorm2d(24), nn.ReLU(),
            nn.Conv2d(24, 48, 3, padding=1), nn.BatchNorm2d(48), nn.ReLU(), nn.AdaptiveMaxPool2d(1),
            nn.Flatten(), nn.Linear(48, 32), nn.ReLU(), nn.Linear(32, 10),
        )  # fmt: skip

    def forward(self, pages):
        return self.head(self.maps(pages))


def train(pages, labels):
    """Return a network that has learnt from pages (uint8, n x 28 x 28) and the signs on them."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    net, given, signs = Reader(), _tensor(pages), torch.tensor(labels)
    optimizer = torch.optim.AdamW(net.parameters(), RATE)
    steps = EPOCHS * -(-len(given) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps)
    net.train()
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(given)).split(BATCH):
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(given[rows]), signs[rows]).backward()
            optimizer.step()
            schedule.step()
    return net.eval()


@torch.no_grad()
def features(net, pages):
    """Return the maps of each page: float32, n x 12 x 14 x 14."""
    return net.maps(_tensor(pages)).numpy()


@torch.no_grad()
def decide(net, maps):
    """Return the sign that each page's maps speak for, a list of int."""
    return net.head(torch.tensor(maps)).argmax(dim=1).tolist()


def predict(net, pages):
    """Return the sign on each page, a list of int."""
    return decide(net, features(net, pages))


def _tensor(pages):
    return torch.from_numpy(np.array(pages, dtype=np.float32))[:, None] / 255
