"""Convolution with inflated temporal mixture kernels, in torch."""

import torch
import torch.nn.functional as F
from torch import nn

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.tgm_conv import TgmConv
from nasvid.modules.leaf import Layer


class MixtureConv3d(nn.Module):
    """A convolution whose kernel is a 2D one, spread over frames by curves that channels mix.

    Args:
        in_channels: Channels that come in.
        out_channels: Channels that come out.
        kernel_size: Length on T, H, W; with one frame there are no curves.
        stride: Step on T, H, W.
        pads: Before and after on W, then on H, then on T, as `F.pad` takes them.
        curves: Number of curves.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: tuple[int, int, int],
        stride: tuple[int, int, int],
        pads: tuple[int, ...],
        curves: int,
    ) -> None:
        super().__init__()
        self.length = kernel_size[0]
        self.stride = stride
        self.pads = pads
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, 1, *kernel_size[1:]))
        if self.length > 1:
            self.mixture = nn.Parameter(torch.empty(out_channels, in_channels, curves))
            self.center = nn.Parameter(torch.empty(curves))
            self.width = nn.Parameter(torch.empty(curves))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        fan_out = self.weight[:, 0].numel()
        nn.init.normal_(self.weight, 0.0, (2 / fan_out) ** 0.5)
        if self.length > 1:
            nn.init.trunc_normal_(self.mixture)
            nn.init.normal_(self.center, 0.0, 0.5)
            nn.init.normal_(self.width, 0.0, 0.1)

    def curves(self) -> torch.Tensor:
        """The curves, each of sum 1, shape (curves, frames)."""
        frame = torch.arange(self.length, device=self.center.device)
        center = (self.length - 1) * (torch.tanh(self.center) + 1) / 2
        width = torch.exp(1.5 - 2 * torch.tanh(self.width).abs())[:, None]
        curves = 1 / (torch.pi * width * ((frame - center[:, None]) / width) ** 2 + 1)
        # The small number is that of the released layer, so that its weights give its kernels.
        return curves / (curves.sum(dim=1, keepdim=True) + 1e-6)

    def kernel(self) -> torch.Tensor:
        """The full kernel, shape (out, in, frames, height, width)."""
        if self.length == 1:
            return self.weight
        shares = torch.softmax(self.mixture, dim=2)[..., None]
        spread = (shares * self.curves()).sum(dim=2)
        return self.weight * spread[..., None, None]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        padded = F.pad(x, self.pads) if any(self.pads) else x
        return F.conv3d(padded, self.kernel(), stride=self.stride)


def leaf(op: TgmConv, *inputs: Shape) -> Layer:
    """A `MixtureConv3d`."""
    pads = op.windows.pads(inputs[0])
    return Layer(
        MixtureConv3d,
        {
            "in_channels": inputs[0].channels,
            "out_channels": op.out,
            "kernel_size": op.kernel,
            "stride": op.stride,
            "pads": tuple(amount for pair in reversed(pads) for amount in pair),
            "curves": op.curves,
        },
    )
