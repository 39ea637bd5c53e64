"""A factor between 0 and 1 on an edge, in torch."""

from functools import partial

import torch
from torch import Tensor, nn

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.gate import Gate
from nasvid.modules.leaf import Layer, Operation


class LearnedGate(nn.Module):
    """The input times the sigmoid of one weight, which starts at 0."""

    def __init__(self) -> None:
        super().__init__()
        self.logit = nn.Parameter(torch.zeros(()))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * torch.sigmoid(self.logit)


def scaled(x: Tensor, factor: float) -> Tensor:
    """The input times a number."""
    return x * factor


def leaf(op: Gate, *inputs: Shape) -> Layer | Operation:
    """A `LearnedGate`, or a product with the fixed number."""
    del inputs
    if op.initial is None:
        return Layer(LearnedGate)
    return Operation(partial(scaled, factor=op.initial), f"{{0}} * {op.initial!r}")
