"""Squares of pixels laid into channels, in torch."""

import torch
from torch import nn

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.space_to_depth import SpaceToDepth
from nasvid.modules.leaf import Layer


class SquaresToChannels(nn.Module):
    """Each square of pixels of a frame becomes one pixel with all their channels.

    Args:
        block: Side of the squares, in pixels.
    """

    def __init__(self, block: int) -> None:
        super().__init__()
        self.block = block

    def forward(self, x_BCTHW: torch.Tensor) -> torch.Tensor:
        # Rows and columns of the squares become axes, i and j, and move behind the channels.
        x_BCTHiWj = x_BCTHW.unflatten(4, (-1, self.block)).unflatten(3, (-1, self.block))
        return x_BCTHiWj.permute(0, 1, 4, 6, 2, 3, 5).flatten(1, 3)

    def extra_repr(self) -> str:
        return f"block={self.block}"


def leaf(op: SpaceToDepth, *inputs: Shape) -> Layer:
    """A `SquaresToChannels`."""
    del inputs
    return Layer(SquaresToChannels, {"block": op.block})
