"""Convolution whose kernel is a spatial one, spread over time by a few learned curves."""

from collections.abc import Hashable
from dataclasses import dataclass
from math import prod
from typing import Literal

from nasvid.core.costs import Cost
from nasvid.core.shapes import Shape
from nasvid.graph.kept import Kept
from nasvid.graph.parameters import Padding, Triple, require_at_least
from nasvid.graph.primitive import PRIMITIVES, Primitive, require_clip
from nasvid.graph.windows import Windows


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class TgmConv(Primitive):
    """A 3D convolution with the inflated temporal mixture (iTGM) kernels of EvaNet.

    The kernel from input channel i to output channel o at frame t is S[o, i] * sum over m of
    softmax(W[o, i])[m] * f[m, t], with a 2D kernel S and curves f that all channels share. Curve m
    is 1 / (pi * g * ((t - c) / g)^2 + 1), divided by its sum over t; its centre is
    c = (length - 1) * (tanh(.) + 1) / 2 and its width g = exp(1.5 - 2 * |tanh(.)|). The number of
    weights does not grow with the length; a kernel of one frame is the 2D kernel alone.

    Args:
        out: Channels that come out.
        kernel: Length on T, H, W.
        stride: Step on T, H, W.
        padding: As in `Windows`.
        curves: Number of curves.

    Source: Piergiovanni et al. 2019, EvaNet, https://arxiv.org/abs/1811.10636, and its
    released layer, whose curves are of the Cauchy kind in place of Gaussian.
    """

    out: int
    kernel: Triple
    stride: Triple = (1, 1, 1)
    padding: Padding = "half"
    curves: int = 4

    def __post_init__(self) -> None:
        require_at_least("out", self.out, 1)
        require_at_least("curves", self.curves, 1)
        self.windows.check()

    @property
    def windows(self) -> Windows:
        """The sliding windows."""
        return Windows(kernel=self.kernel, stride=self.stride, padding=self.padding)

    def output_shape(self, *inputs: Shape) -> Shape:
        """One position per window, `out` channels."""
        require_clip("tgm_conv", inputs[0])
        return self.windows.slide(inputs[0], self.out)

    def cost(self, *inputs: Shape) -> Cost:
        """MACs of a full 3D convolution; weights of a 2D one, the mixture and the curves."""
        length, height, width = self.kernel
        pairs = inputs[0].channels * self.out
        positions = self.windows.slide(inputs[0]).positions
        mixture = self.curves * pairs + 2 * self.curves if length > 1 else 0
        return Cost(
            macs=pairs * prod(self.kernel) * positions, params=height * width * pairs + mixture
        )

    def mixed_precision(self) -> Literal["bf16"]:
        """A matrix product."""
        return "bf16"

    def module_sizes(self, *inputs: Shape) -> Hashable:
        """Its padding."""
        return self.windows.pads(inputs[0])

    def kept(self, *inputs: Shape) -> Kept:
        """The input, or a padded copy; the kernel, and what it is made of."""
        length, height, width = self.kernel
        curves = kernel = 0
        if length > 1:
            pairs = self.out * inputs[0].channels
            curves = 4 * (pairs * (self.curves + length) + self.curves * (5 + 6 * length))
            kernel = pairs * length * height * width
        padded = self.windows.padded(inputs[0])
        is_padded = padded != inputs[0]
        return Kept(
            inputs=() if is_padded else (0,),
            elements=padded.size if is_padded else 0,
            elements_once=kernel,
            bytes_once=curves,
            casts_weights=length == 1,
        )
