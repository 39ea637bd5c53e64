"""Convolution with given filters, in torch."""

import torch
import torch.nn.functional as F
from torch import nn

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.fixed_conv import FixedConv
from nasvid.modules.leaf import Layer


class FixedConv3d(nn.Module):
    """A convolution with filters that are given and not trained.

    Args:
        weights: The numbers of each filter of a group.
        in_channels: Channels that come in.
        kernel_size: Length on T, H, W.
        stride: Step on T, H, W.
        groups: Groups of channels, each with these filters.
        pads: Before and after on W, then on H, then on T, as `F.pad` takes them.
    """

    weight: torch.Tensor

    def __init__(
        self,
        weights: tuple[tuple[float, ...], ...],
        in_channels: int,
        kernel_size: tuple[int, int, int],
        stride: tuple[int, int, int],
        groups: int,
        pads: tuple[int, ...],
    ) -> None:
        super().__init__()
        self.stride = stride
        self.groups = groups
        self.pads = pads
        filters = torch.tensor(weights).reshape(-1, in_channels // groups, *kernel_size)
        self.register_buffer("weight", filters.repeat(groups, 1, 1, 1, 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        padded = F.pad(x, self.pads) if any(self.pads) else x
        return F.conv3d(padded, self.weight, stride=self.stride, groups=self.groups)


def leaf(op: FixedConv, *inputs: Shape) -> Layer:
    """A `FixedConv3d`."""
    pads = op.windows.pads(inputs[0])
    return Layer(
        FixedConv3d,
        {
            "weights": op.weights,
            "in_channels": inputs[0].channels,
            "kernel_size": op.kernel,
            "stride": op.stride,
            "groups": op.groups,
            "pads": tuple(amount for pair in reversed(pads) for amount in pair),
        },
    )
