"""Sum of several inputs, in torch."""

from torch import Tensor

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.add import Add
from nasvid.modules.leaf import Operation


def sum_of(*inputs: Tensor) -> Tensor:
    """Sum of all inputs, from left to right."""
    total = inputs[0]
    for x in inputs[1:]:
        total = total + x
    return total


def leaf(op: Add, *inputs: Shape) -> Operation:
    """`{0} + {1} + ...`."""
    del op
    return Operation(sum_of, " + ".join(f"{{{index}}}" for index in range(len(inputs))))
