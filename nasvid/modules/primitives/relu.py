"""Rectified linear unit in torch."""

import torch.nn.functional as F

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.relu import Relu
from nasvid.modules.leaf import Operation


def leaf(op: Relu, *inputs: Shape) -> Operation:
    """`F.relu`."""
    del op, inputs
    return Operation(F.relu, "F.relu({0})")
