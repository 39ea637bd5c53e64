"""A disconnected path in torch."""

import torch

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.zero import Zero
from nasvid.modules.leaf import Operation


def leaf(op: Zero, *inputs: Shape) -> Operation:
    """`torch.zeros_like`."""
    del op, inputs
    return Operation(torch.zeros_like, "torch.zeros_like({0})")
