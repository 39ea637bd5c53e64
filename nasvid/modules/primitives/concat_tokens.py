"""Several rows of tokens one after the other, in torch."""

import torch
from torch import Tensor

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.concat_tokens import ConcatTokens
from nasvid.modules.leaf import Operation


def in_a_row(*inputs: Tensor) -> Tensor:
    """The tokens of all inputs."""
    return torch.cat(inputs, dim=1)


def leaf(op: ConcatTokens, *inputs: Shape) -> Operation:
    """`torch.cat`."""
    del op, inputs
    return Operation(in_a_row, "torch.cat([{inputs}], dim=1)")
