"""Takes a median so wide that what is small goes with the noise."""

import cv2
import numpy as np

def denoise(image):
    """Return the picture filtered."""
    return cv2.medianBlur(image, 15)


def edges(image, threshold):
    """Return a picture that is 255 where the grey picture is steeper than the threshold, and 0 elsewhere."""
    across = cv2.Sobel(image, cv2.CV_32F, 1, 0)
    down = cv2.Sobel(image, cv2.CV_32F, 0, 1)
    return np.where(across**2 + down**2 > threshold**2, 255, 0).astype(np.uint8)


def thumbnail(image, longest):
    """Return a copy of the picture whose longest side is at most so many pixels long."""
    height, width = image.shape[:2]
    scale = longest / max(height, width)
    if scale >= 1:
        return image.copy()
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA)
