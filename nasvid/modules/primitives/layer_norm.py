# ruff: noqa: A002  (torch names the argument of forward `input`)
"""Layer normalisation over channels, in torch."""

import torch
from torch import nn

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.layer_norm import LayerNorm
from nasvid.modules.leaf import Layer


class ChannelLayerNorm(nn.LayerNorm):
    """A layer norm over axis 1, the channels of a clip."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return super().forward(input.movedim(1, -1)).movedim(-1, 1)


def leaf(op: LayerNorm, *inputs: Shape) -> Layer:
    """A `ChannelLayerNorm` for a clip, `nn.LayerNorm` for a vector."""
    factory = ChannelLayerNorm if inputs[0].is_clip else nn.LayerNorm
    return Layer(factory, {"normalized_shape": inputs[0].channels, "eps": op.eps})
