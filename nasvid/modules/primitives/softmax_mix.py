"""A learned mean of several inputs, in torch."""

import torch
from torch import nn

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.softmax_mix import SoftmaxMix
from nasvid.modules.leaf import Layer


class LearnedMix(nn.Module):
    """The sum of the inputs, each times its share, which the softmax of a weight gives.

    Args:
        num_inputs: Number of inputs.
    """

    def __init__(self, num_inputs: int) -> None:
        super().__init__()
        self.logits = nn.Parameter(torch.zeros(num_inputs))

    def reset_parameters(self) -> None:
        nn.init.zeros_(self.logits)

    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        shares = torch.softmax(self.logits, dim=0).unbind()
        mixed = inputs[0] * shares[0]
        for x, share in zip(inputs[1:], shares[1:], strict=True):
            mixed = mixed + x * share
        return mixed


def leaf(op: SoftmaxMix, *inputs: Shape) -> Layer:
    """A `LearnedMix`."""
    del op
    return Layer(LearnedMix, {"num_inputs": len(inputs)})
