"""Maximum over whole axes, in torch."""

from functools import partial

import torch

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.max_over import MaxOver
from nasvid.modules.leaf import Operation

_DIM = {"T": 2, "H": 3, "W": 4, "N": 1}


def leaf(op: MaxOver, *inputs: Shape) -> Operation:
    """`torch.amax`."""
    del inputs
    dims = tuple(_DIM[axis] for axis in op.over)
    return Operation(
        partial(torch.amax, dim=dims, keepdim=op.keep),
        f"torch.amax({{0}}, dim={dims}, keepdim={op.keep})",
    )
