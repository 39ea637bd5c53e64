"""Change from each frame to the next, in torch."""

from functools import partial

import torch
from torch import Tensor

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.frame_difference import FrameDifference
from nasvid.modules.leaf import Operation


def difference_with_last(x_BCTHW: Tensor) -> Tensor:
    """Differences of neighbouring frames, the last one twice."""
    last = x_BCTHW[:, :, -1:] - x_BCTHW[:, :, -2:-1]
    return torch.cat([torch.diff(x_BCTHW, dim=2), last], dim=2)


def leaf(op: FrameDifference, *inputs: Shape) -> Operation:
    """`torch.diff`."""
    del inputs
    difference = "torch.diff({0}, dim=2)"
    if op.last == "drop":
        return Operation(partial(torch.diff, dim=2), difference)
    last = "{0}[:, :, -1:] - {0}[:, :, -2:-1]"
    return Operation(difference_with_last, f"torch.cat([{difference}, {last}], dim=2)")
