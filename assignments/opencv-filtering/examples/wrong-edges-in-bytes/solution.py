"""Lets Sobel write bytes: an edge that goes down is cut off at 0."""

import cv2
import numpy as np

WINDOWS = (3, 5, 7, 9)


def denoise(image):
    """Return the picture without salt and pepper.

    Only what can be noise is replaced, by the median of the smallest window whose median cannot be.
    """
    clean, noise = image.copy(), (image == 0) | (image == 255)
    for window in WINDOWS:
        median = cv2.medianBlur(image, window)
        found = noise & (median > 0) & (median < 255)
        clean[found] = median[found]
        noise &= ~found
    clean[noise] = median[noise]  # black or white far around: an area
    return clean


def edges(image, threshold):
    """Return a picture that is 255 where the grey picture is steeper than the threshold, and 0 elsewhere."""
    across = cv2.Sobel(image, cv2.CV_8U, 1, 0)
    down = cv2.Sobel(image, cv2.CV_8U, 0, 1)
    return np.where(across.astype(float) ** 2 + down.astype(float) ** 2 > threshold**2, 255, 0).astype(np.uint8)


def thumbnail(image, longest):
    """Return a copy of the picture whose longest side is at most so many pixels long."""
    height, width = image.shape[:2]
    scale = longest / max(height, width)
    if scale >= 1:
        return image.copy()
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA)
