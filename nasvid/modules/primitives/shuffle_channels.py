"""Channels of several groups in turn, in torch."""

from functools import partial

from torch import Tensor

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.shuffle_channels import ShuffleChannels
from nasvid.modules.leaf import Operation


def shuffled(x: Tensor, groups: int) -> Tensor:
    """Channels taken from each group in turn."""
    return x.unflatten(1, (groups, -1)).transpose(1, 2).flatten(1, 2)


def leaf(op: ShuffleChannels, *inputs: Shape) -> Operation:
    """Two axes of channels, swapped."""
    del inputs
    return Operation(
        partial(shuffled, groups=op.groups),
        f"{{0}}.unflatten(1, ({op.groups}, -1)).transpose(1, 2).flatten(1, 2)",
    )
