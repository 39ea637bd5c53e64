"""Transposed convolution: a clip made larger by learned kernels."""

from dataclasses import dataclass
from math import prod
from typing import Literal

from nasvid.core.costs import Cost
from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.parameters import Triple, require_at_least
from nasvid.graph.primitive import PRIMITIVES, Primitive, require_clip


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class ConvTransposed(Primitive):
    """Every input element adds a kernel to the output; the output is `stride` times as large.

    What kernels reach beyond that size is cut off on both sides, the odd element in front.

    Args:
        out: Channels that come out.
        kernel: Length on T, H, W.
        stride: How many times larger T, H, W get.
        groups: Groups of channels that do not mix.
        bias: Whether a bias is added.

    Source: Dumoulin and Visin 2016, https://arxiv.org/abs/1603.07285, chapter 4.
    """

    out: int
    kernel: Triple = (1, 1, 1)
    stride: Triple = (1, 1, 1)
    groups: int = 1
    bias: bool = False

    def __post_init__(self) -> None:
        require_at_least("out", self.out, 1)
        require_at_least("kernel", self.kernel, 1)
        require_at_least("stride", self.stride, 1)
        require_at_least("groups", self.groups, 1)
        for axis, kernel, stride in zip("THW", self.kernel, self.stride, strict=True):
            if stride == 1 and kernel % 2 == 0:
                raise ShapeError(
                    f"parameter 'kernel': got {kernel} on {axis} with stride 1; only an odd length "
                    "keeps the size there. Use an odd length."
                )

    @property
    def padding(self) -> Triple:
        """What is cut off in front and, apart from `output_padding`, behind, on T, H, W."""
        t, h, w = (
            max(0, -(-(kernel - stride) // 2))
            for kernel, stride in zip(self.kernel, self.stride, strict=True)
        )
        return t, h, w

    @property
    def output_padding(self) -> Triple:
        """What is not cut off, or added, behind, on T, H, W."""
        t, h, w = (
            stride + 2 * padding - kernel
            for kernel, stride, padding in zip(self.kernel, self.stride, self.padding, strict=True)
        )
        return t, h, w

    def output_shape(self, *inputs: Shape) -> Shape:
        """Every size times its stride, `out` channels."""
        (clip,) = inputs
        require_clip("conv_transposed", clip)
        for channels, side in ((clip.channels, "input"), (self.out, "output")):
            if channels % self.groups:
                raise ShapeError(
                    f"parameter 'groups': groups {self.groups} does not divide {channels} "
                    f"{side} channels. Use a divisor."
                )
        t, h, w = self.stride
        return clip.replace(C=self.out, T=clip.frames * t, H=clip.height * h, W=clip.width * w)

    def cost(self, *inputs: Shape) -> Cost:
        """One MAC per weight and input position, those that are cut off too."""
        weights = inputs[0].channels * (self.out // self.groups) * prod(self.kernel)
        params = weights + (self.out if self.bias else 0)
        return Cost(macs=weights * inputs[0].positions, params=params)

    def mixed_precision(self) -> Literal["bf16"]:
        """A matrix product."""
        return "bf16"
