"""Several inputs side by side, in torch."""

from functools import partial

import torch
from torch import Tensor

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.concat import Concat
from nasvid.modules.leaf import Operation


def side_by_side(*inputs: Tensor, dim: int) -> Tensor:
    """The channels of all inputs, which stand on this axis, one after the other."""
    return torch.cat(inputs, dim=dim)


def leaf(op: Concat, *inputs: Shape) -> Operation:
    """`torch.cat`."""
    del op
    dim = 2 if inputs[0].is_tokens else 1
    return Operation(partial(side_by_side, dim=dim), f"torch.cat([{{inputs}}], dim={dim})")
