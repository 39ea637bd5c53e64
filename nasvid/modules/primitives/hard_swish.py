"""Hard swish in torch."""

import torch.nn.functional as F

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.hard_swish import HardSwish
from nasvid.modules.leaf import Operation


def leaf(op: HardSwish, *inputs: Shape) -> Operation:
    """`F.hardswish`."""
    del op, inputs
    return Operation(F.hardswish, "F.hardswish({0})")
