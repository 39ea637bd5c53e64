"""Sigmoid linear unit in torch."""

import torch.nn.functional as F

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.silu import Silu
from nasvid.modules.leaf import Operation


def leaf(op: Silu, *inputs: Shape) -> Operation:
    """`F.silu`."""
    del op, inputs
    return Operation(F.silu, "F.silu({0})")
