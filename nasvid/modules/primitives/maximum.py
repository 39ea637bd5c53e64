"""Largest of several inputs, in torch."""

from functools import reduce

import torch
from torch import Tensor

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.maximum import Maximum
from nasvid.modules.leaf import Operation


def largest_of(*inputs: Tensor) -> Tensor:
    """Maximum of all inputs, from left to right."""
    return reduce(torch.maximum, inputs)


def leaf(op: Maximum, *inputs: Shape) -> Operation:
    """`torch.maximum(torch.maximum({0}, {1}), ...)`."""
    del op
    source = "{0}"
    for index in range(1, len(inputs)):
        source = f"torch.maximum({source}, {{{index}}})"
    return Operation(largest_of, source)
