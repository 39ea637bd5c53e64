"""Mean over whole axes, in torch."""

from functools import partial

import torch

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.mean import Mean
from nasvid.modules.leaf import Operation

_DIM = {"T": 2, "H": 3, "W": 4, "N": 1}


def leaf(op: Mean, *inputs: Shape) -> Operation:
    """`torch.mean`."""
    del inputs
    dims = tuple(_DIM[axis] for axis in op.over)
    return Operation(
        partial(torch.mean, dim=dims, keepdim=op.keep),
        f"torch.mean({{0}}, dim={dims}, keepdim={op.keep})",
    )
