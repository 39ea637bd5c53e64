"""Every n-th frame, in torch."""

from functools import partial

from torch import Tensor

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.subsample_frames import SubsampleFrames
from nasvid.modules.leaf import Operation


def every_frame(x_BCTHW: Tensor, step: int) -> Tensor:
    """Frames 0, step, 2 * step, ..."""
    return x_BCTHW[:, :, ::step]


def leaf(op: SubsampleFrames, *inputs: Shape) -> Operation:
    """A slice."""
    del inputs
    return Operation(partial(every_frame, step=op.step), f"{{0}}[:, :, ::{op.step}]")
