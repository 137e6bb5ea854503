"""Draws pictures, spoils them, and measures how near one is to another, with numpy alone.

The photographs that scikit-image ships lie in the learner's box as well, where any part of one can be looked up again.
So pictures are drawn anew: shapes with sharp edges, soft light, rough ground, thin lines, and areas of full black and
full white, which look like noise to whoever takes every 0 and 255 for it.
"""

import numpy as np

HEIGHT, WIDTH = 120, 150


def scene(rng, height=HEIGHT, width=WIDTH):
    """Return a grey picture: uint8, (height, width)."""
    down, across = np.mgrid[0:height, 0:width]
    light = 70 + 60 * rng.random() + 50 * np.sin(down / rng.uniform(25, 60) + 6 * rng.random()) * across / width
    picture = light + 14 * rough(rng, height, width)
    for _ in range(14):
        middle, size = (rng.uniform(0, height), rng.uniform(0, width)), rng.uniform(5, 22, 2)
        turn = rng.uniform(0, np.pi)
        along = ((down - middle[0]) * np.cos(turn) + (across - middle[1]) * np.sin(turn)) / size[0]
        beside = ((across - middle[1]) * np.cos(turn) - (down - middle[0]) * np.sin(turn)) / size[1]
        inside = along**2 + beside**2 < 1 if rng.random() < 0.5 else np.maximum(abs(along), abs(beside)) < 1
        picture = np.where(inside, rng.uniform(20, 235) + (picture - light) * rng.uniform(0.2, 1.5), picture)
    for _ in range(6):
        turn, place = rng.uniform(0, np.pi), rng.uniform(0, min(height, width))
        line = abs((down * np.cos(turn) + across * np.sin(turn)) - place) < rng.uniform(0.8, 1.6)
        picture = np.where(line, rng.uniform(20, 235), picture)
    return np.clip(picture, 4, 251).round().astype(np.uint8)


def rough(rng, height, width):
    """Return ground that is rough at every scale, with mean 0 and deviation 1."""
    waves = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.fftfreq(width)[None, :])
    waves[0, 0] = np.inf
    ground = np.fft.ifft2(np.fft.fft2(rng.normal(size=(height, width))) / waves**1.2).real
    return (ground - ground.mean()) / ground.std()


def coloured(rng, height=HEIGHT, width=WIDTH):
    """Return a picture in colour: uint8, (height, width, 3); its channels differ."""
    return np.dstack([scene(rng, height, width) for _ in range(3)])


def signs(rng, picture):
    """Return the picture with a full black and a full white rectangle in it, and where they are."""
    marked, where = picture.copy(), np.zeros(picture.shape, bool)
    height, width = picture.shape
    for half, value in ((0, 0), (width // 2, 255)):
        top, left = int(rng.integers(5, height // 2)), half + int(rng.integers(5, width // 6))
        place = slice(top, top + height // 3), slice(left, left + width // 4)
        marked[place], where[place] = value, True
    return marked, where


def spoilt(rng, picture, share):
    """Return the picture with so large a share of its values black or white, each as often."""
    chance = rng.random(picture.shape)
    return np.where(chance < share / 2, 0, np.where(chance > 1 - share / 2, 255, picture)).astype(np.uint8)


def near(picture, other):
    """Return the peak signal-to-noise ratio of two pictures, in decibels; 99 where they are the same."""
    difference = np.asarray(picture, float) - np.asarray(other, float)
    return 99.0 if not difference.any() else float(10 * np.log10(255**2 / np.mean(difference**2)))


def shares(size, parts):
    """Return how much of each of `size` values lies in each of `parts` stretches of equal length: (parts, size)."""
    ends = np.arange(parts + 1) * size / parts
    from_, to = np.arange(size), np.arange(size) + 1
    return np.clip(np.minimum(to, ends[1:, None]) - np.maximum(from_, ends[:-1, None]), 0, None) * parts / size


def shrunk(picture, height, width):
    """Return the mean of every area, as floats: what a picture of that size should show."""
    rows, columns = shares(picture.shape[0], height), shares(picture.shape[1], width)
    return np.einsum("ij,jk...,lk->il...", rows, picture.astype(float), columns)


def steepness(picture):
    """Return the squared length of Sobel's gradient (3 x 3), exact; beyond the border the picture is mirrored."""
    wide = np.pad(picture.astype(np.int64), 1, mode="reflect")
    smooth_down = wide[:-2] + 2 * wide[1:-1] + wide[2:]
    smooth_across = wide[:, :-2] + 2 * wide[:, 1:-1] + wide[:, 2:]
    across = smooth_down[:, 2:] - smooth_down[:, :-2]
    down = smooth_across[2:] - smooth_across[:-2]
    return across**2 + down**2
