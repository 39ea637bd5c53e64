"""Hard sigmoid in torch."""

import torch.nn.functional as F

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.hard_sigmoid import HardSigmoid
from nasvid.modules.leaf import Operation


def leaf(op: HardSigmoid, *inputs: Shape) -> Operation:
    """`F.hardsigmoid`."""
    del op, inputs
    return Operation(F.hardsigmoid, "F.hardsigmoid({0})")
