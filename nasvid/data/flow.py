"""Optical flow, coded in a byte per component.

Displacements are cut at +-20 pixels and coded as `128 + round(127 * displacement / 20)`: 128 is
rest, 1 and 255 are the ends, a step is 0.16 pixels.

Source: Kroeger et al. 2016, Fast Optical Flow using Dense Inverse Search,
https://arxiv.org/abs/1603.03590 (the implementation is OpenCV's); Simonyan and Zisserman 2014,
https://arxiv.org/abs/1406.2199, for flow as a stream of bytes.
"""

from itertools import pairwise

import cv2
import numpy as np

from nasvid.core.errors import DataError

FLOW_LIMIT = 20.0
FLOW_REST = 128
FLOW_UNIT = 127
SMALLEST_SIDE = 12  # the search refuses smaller images


def flow_of(frames_THWC: np.ndarray) -> np.ndarray:
    """Displacement of every pixel from each frame to the next, coded in bytes.

    Args:
        frames_THWC: uint8, shape (T, H, W, 3), RGB.
    Returns: uint8, shape (T, H, W, 2), horizontal (to the right) then vertical (downwards); the
        last frame has no next one and repeats the flow before it. One frame alone is at rest.
    Raises:
        DataError: Frames of less than 12 pixels.
    """
    num_frames, height, width = frames_THWC.shape[:3]
    if min(height, width) < SMALLEST_SIDE:
        raise DataError(
            f"flow of {height}x{width} frames: the search needs at least {SMALLEST_SIDE} pixels a "
            "side. Give the flow input a larger size."
        )
    if num_frames == 1:
        return np.full((1, height, width, 2), FLOW_REST, np.uint8)
    # The search is striped by thread and its result depends on the stripes: one stripe, one result.
    cv2.setNumThreads(1)
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
    search.setFinestScale(_finest_scale(min(height, width)))
    greys = [cv2.cvtColor(frame_HWC, cv2.COLOR_RGB2GRAY) for frame_HWC in frames_THWC]
    flows = [search.calc(first, second, None) for first, second in pairwise(greys)]  # type: ignore[call-overload]
    flow_THWC = np.stack([*flows, flows[-1]])
    coded_THWC = np.rint(flow_THWC * (FLOW_UNIT / FLOW_LIMIT)).clip(-FLOW_UNIT, FLOW_UNIT)
    return (coded_THWC + FLOW_REST).astype(np.uint8)


def _finest_scale(side: int) -> int:
    """The preset ends at a quarter of the resolution, which is nothing in a small frame."""
    return 0 if side <= 64 else 1 if side <= 128 else 2
