"""Every frame several times, in torch."""

from functools import partial

import torch

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.repeat_frames import RepeatFrames
from nasvid.modules.leaf import Operation


def leaf(op: RepeatFrames, *inputs: Shape) -> Operation:
    """`torch.repeat_interleave`."""
    del inputs
    return Operation(
        partial(torch.repeat_interleave, repeats=op.factor, dim=2),
        f"torch.repeat_interleave({{0}}, {op.factor}, dim=2)",
    )
