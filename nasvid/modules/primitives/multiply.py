"""Product of several inputs, in torch."""

from torch import Tensor

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.multiply import Multiply
from nasvid.modules.leaf import Operation


def product_of(*inputs: Tensor) -> Tensor:
    """Product of all inputs, from left to right."""
    product = inputs[0]
    for x in inputs[1:]:
        product = product * x
    return product


def leaf(op: Multiply, *inputs: Shape) -> Operation:
    """`{0} * {1} * ...`."""
    del op
    return Operation(product_of, " * ".join(f"{{{index}}}" for index in range(len(inputs))))
