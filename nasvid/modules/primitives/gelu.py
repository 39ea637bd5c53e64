"""Gaussian error linear unit in torch."""

import torch.nn.functional as F

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.gelu import Gelu
from nasvid.modules.leaf import Operation


def leaf(op: Gelu, *inputs: Shape) -> Operation:
    """`F.gelu`."""
    del op, inputs
    return Operation(F.gelu, "F.gelu({0})")
