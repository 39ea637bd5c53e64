"""A learned factor, in torch."""

import torch
from torch import nn

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.scale import Scale
from nasvid.modules.leaf import Layer


class LearnedScale(nn.Module):
    """The input times a learned number, or times one for each channel.

    Args:
        initial: Where it starts.
        channels: Channels with a number of their own; 0 for one number in all.
    """

    def __init__(self, initial: float, channels: int = 0) -> None:
        super().__init__()
        self.initial = initial
        self.weight = nn.Parameter(torch.full((channels,) if channels else (), initial))

    def reset_parameters(self) -> None:
        nn.init.constant_(self.weight, self.initial)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.weight.dim():
            return x * self.weight.view(-1, *[1] * (x.dim() - 2))
        return x * self.weight


def leaf(op: Scale, *inputs: Shape) -> Layer:
    """A `LearnedScale`."""
    channels = inputs[0].channels if op.per_channel else 0
    return Layer(LearnedScale, {"initial": op.initial, "channels": channels})
