"""Hyperbolic tangent in torch."""

import torch

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.tanh import Tanh
from nasvid.modules.leaf import Operation


def leaf(op: Tanh, *inputs: Shape) -> Operation:
    """`torch.tanh`."""
    del op, inputs
    return Operation(torch.tanh, "torch.tanh({0})")
