"""Images to small squares."""

import cv2
import numpy as np


def centre_square(image_HWC: np.ndarray, size: int) -> np.ndarray:
    """The centre square of an image, resized.

    By area averaging when it shrinks, which keeps fine patterns from flickering; else linearly.

    Args:
        image_HWC: uint8 or float32.
        size: Height and width that come out, pixels.
    """
    height, width = image_HWC.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square_HWC = image_HWC[top : top + side, left : left + side]
    if side == size:
        return np.ascontiguousarray(square_HWC)
    interpolation = cv2.INTER_AREA if side > size else cv2.INTER_LINEAR
    return cv2.resize(square_HWC, (size, size), interpolation=interpolation)
