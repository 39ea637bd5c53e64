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
        trailing: Axes behind that of the channels.
    """

    def __init__(self, initial: float, channels: int = 0, trailing: int = 0) -> None:
        super().__init__()
        self.initial = initial
        self.trailing = trailing
        self.weight = nn.Parameter(torch.full((channels,) if channels else (), initial))

    def reset_parameters(self) -> None:
        nn.init.constant_(self.weight, self.initial)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * self.weight.view(self.weight.shape + (1,) * self.trailing)


def leaf(op: Scale, *inputs: Shape) -> Layer:
    """A `LearnedScale`."""
    if not op.per_channel:
        return Layer(LearnedScale, {"initial": op.initial})
    sizes = {"channels": inputs[0].channels, "trailing": 3 if inputs[0].is_clip else 0}
    return Layer(LearnedScale, {"initial": op.initial, **sizes})
