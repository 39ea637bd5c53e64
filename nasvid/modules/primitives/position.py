"""Learned positions in torch."""

import torch
from torch import nn

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.position import Position
from nasvid.modules.leaf import Layer


class LearnedPositions(nn.Module):
    """The input plus learned numbers.

    Args:
        sizes: Those of a clip, or of a row of tokens, without the batch; 1 along axes on which
            the positions are the same.
    """

    def __init__(self, sizes: tuple[int, ...]) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(sizes))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.trunc_normal_(self.weight, std=0.02)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.weight


def leaf(op: Position, *inputs: Shape) -> Layer:
    """A `LearnedPositions`."""
    return Layer(LearnedPositions, {"sizes": op.table_shape(inputs[0]).tensor_sizes})
