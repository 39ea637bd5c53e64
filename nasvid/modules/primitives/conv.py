# ruff: noqa: A002  (torch names the argument of forward `input`)
"""Convolution in torch."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.conv import Conv
from nasvid.modules.leaf import Layer


class PaddedConv3d(nn.Conv3d):
    """A convolution whose zero padding may differ between the two sides of an axis.

    Args:
        pads: Before and after on W, then on H, then on T, as `F.pad` takes them.
        arguments: Those of `nn.Conv3d`.
    """

    def __init__(self, pads: tuple[int, ...], **arguments: Any) -> None:
        super().__init__(**arguments)
        self.pads = pads

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return super().forward(F.pad(input, self.pads))


def leaf(op: Conv, *inputs: Shape) -> Layer:
    """`nn.Conv3d`, or a `PaddedConv3d` where the two sides differ."""
    arguments: dict[str, Any] = {
        "in_channels": inputs[0].channels,
        "out_channels": op.out,
        "kernel_size": op.kernel,
        "stride": op.stride,
        "dilation": op.dilation,
        "groups": op.groups,
        "bias": op.bias,
    }
    pads = op.windows.pads(inputs[0])
    if op.windows.is_even(inputs[0]):
        return Layer(nn.Conv3d, arguments | {"padding": tuple(before for before, _ in pads)})
    flat = tuple(amount for pair in reversed(pads) for amount in pair)
    return Layer(PaddedConv3d, {"pads": flat} | arguments)
