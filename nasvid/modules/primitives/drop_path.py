"""Whole paths left out at random while training, in torch."""

import torch
from torch import nn

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.drop_path import DropPath
from nasvid.modules.leaf import Layer


class StochasticDepth(nn.Module):
    """Each sample of a batch is zero with this chance while training, else scaled up.

    Args:
        rate: Chance.
    """

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if not self.training:
            return x
        kept = torch.rand(x.shape[:1] + (1,) * (x.dim() - 1), device=x.device) >= self.rate
        return x * (kept.to(x.dtype) / (1 - self.rate))

    def extra_repr(self) -> str:
        return f"rate={self.rate}"


def leaf(op: DropPath, *inputs: Shape) -> Layer:
    """A `StochasticDepth`."""
    del inputs
    return Layer(StochasticDepth, {"rate": op.rate})
