"""A clip brought to another number of frames, height and width, in torch."""

from functools import partial

import torch.nn.functional as F

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.resize import Resize
from nasvid.modules.leaf import Operation


def leaf(op: Resize, *inputs: Shape) -> Operation:
    """`F.interpolate`."""
    clip = op.output_shape(*inputs)
    size = (clip.frames, clip.height, clip.width)
    mode = "nearest" if op.kind == "nearest" else "trilinear"
    return Operation(
        partial(F.interpolate, size=size, mode=mode),
        f'F.interpolate({{0}}, size={size}, mode="{mode}")',
    )
