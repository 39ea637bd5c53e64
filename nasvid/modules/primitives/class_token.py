"""A learned token in front of the others, in torch."""

import torch
from torch import nn

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.class_token import ClassToken
from nasvid.modules.leaf import Layer


class LearnedToken(nn.Module):
    """One token in front of all others.

    Args:
        channels: Its size.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(channels))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.trunc_normal_(self.weight, std=0.02)

    def forward(self, x_BNC: torch.Tensor) -> torch.Tensor:
        return torch.cat([self.weight.expand(x_BNC.shape[0], 1, -1), x_BNC], dim=1)


def leaf(op: ClassToken, *inputs: Shape) -> Layer:
    """A `LearnedToken`."""
    del op
    return Layer(LearnedToken, {"channels": inputs[0].channels})
