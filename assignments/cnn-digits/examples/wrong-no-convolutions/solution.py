"""Two full layers, each place with weights of its own, and the first one's numbers laid out as if they were maps."""

import numpy as np
import torch
from torch import nn

EPOCHS, BATCH, RATE = 20, 32, 2e-3


class Reader(nn.Module):
    """Two layers, each number of which looks at the whole page."""

    def __init__(self):
        super().__init__()
        self.maps = nn.Sequential(nn.Flatten(), nn.Linear(784, 392), nn.ReLU(), nn.Unflatten(1, (8, 7, 7)))
        self.head = nn.Sequential(nn.Flatten(), nn.Linear(392, 128), nn.ReLU(), nn.Linear(128, 10))

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
    """Return the maps of each page: float32, n x 8 x 7 x 7."""
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
