# ruff: noqa: A002  (torch names the argument of forward `input`)
"""Linear map of the channels, in torch."""

import torch
from torch import nn

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.linear import Linear
from nasvid.modules.leaf import Layer


class ChannelLinear(nn.Linear):
    """A linear map of axis 1, the channels of a clip."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return super().forward(input.movedim(1, -1)).movedim(-1, 1)


def leaf(op: Linear, *inputs: Shape) -> Layer:
    """A `ChannelLinear` for a clip, `nn.Linear` for a vector."""
    factory = ChannelLinear if inputs[0].is_clip else nn.Linear
    return Layer(
        factory,
        {"in_features": inputs[0].channels, "out_features": op.out, "bias": op.bias},
    )
