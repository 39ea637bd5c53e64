"""Logistic function in torch."""

import torch

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.sigmoid import Sigmoid
from nasvid.modules.leaf import Operation


def leaf(op: Sigmoid, *inputs: Shape) -> Operation:
    """`torch.sigmoid`."""
    del op, inputs
    return Operation(torch.sigmoid, "torch.sigmoid({0})")
