"""Group normalisation in torch."""

from torch import nn

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.group_norm import GroupNorm
from nasvid.modules.leaf import Layer


def leaf(op: GroupNorm, *inputs: Shape) -> Layer:
    """`nn.GroupNorm`."""
    arguments = {"num_groups": op.groups, "num_channels": inputs[0].channels, "eps": op.eps}
    return Layer(nn.GroupNorm, arguments)
