"""Convolution over time, height and width, each with its own kernel, stride and dilation."""

from collections.abc import Hashable
from dataclasses import dataclass
from math import prod
from typing import Literal

from nasvid.core.costs import Cost
from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.kept import FIRST_INPUT, Kept
from nasvid.graph.parameters import Padding, Triple, require_at_least
from nasvid.graph.primitive import PRIMITIVES, Primitive, require_clip
from nasvid.graph.windows import Windows


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class Conv(Primitive):
    """A convolution of a clip with zero padding.

    Args:
        out: Channels that come out.
        kernel: Length on T, H, W.
        stride: Step on T, H, W.
        dilation: Distance of neighbouring kernel elements on T, H, W.
        groups: Groups of channels that do not mix; equal to the input channels for a depthwise
            convolution.
        padding: As in `Windows`.
        causal: Whether all padding on T stands in front, so that no frame sees a later one.
        bias: Whether a bias is added; idle before a batch norm.
    """

    out: int
    kernel: Triple = (1, 1, 1)
    stride: Triple = (1, 1, 1)
    dilation: Triple = (1, 1, 1)
    groups: int = 1
    padding: Padding = "half"
    causal: bool = False
    bias: bool = False

    def __post_init__(self) -> None:
        require_at_least("out", self.out, 1)
        require_at_least("groups", self.groups, 1)
        self.windows.check()

    @property
    def windows(self) -> Windows:
        """The sliding windows."""
        return Windows(
            kernel=self.kernel,
            stride=self.stride,
            dilation=self.dilation,
            padding=self.padding,
            causal=self.causal,
        )

    def output_shape(self, *inputs: Shape) -> Shape:
        """One position per window, `out` channels."""
        (clip,) = inputs
        require_clip("conv", clip)
        for channels, side in ((clip.channels, "input"), (self.out, "output")):
            if channels % self.groups:
                raise ShapeError(
                    f"parameter 'groups': groups {self.groups} does not divide {channels} "
                    f"{side} channels. Use a divisor, or '=in.channels' for a depthwise convolution."
                )
        return self.windows.slide(clip, self.out)

    def cost(self, *inputs: Shape) -> Cost:
        """One MAC per weight and output position."""
        weights = self.out * (inputs[0].channels // self.groups) * prod(self.kernel)
        positions = self.windows.slide(inputs[0]).positions
        return Cost(macs=weights * positions, params=weights + (self.out if self.bias else 0))

    def mixed_precision(self) -> Literal["bf16"]:
        """A matrix product."""
        return "bf16"

    def module_sizes(self, *inputs: Shape) -> Hashable:
        """Its padding."""
        return self.windows.pads(inputs[0])

    def kept(self, *inputs: Shape) -> Kept:
        """The input, or a padded copy where padding differs between the two sides."""
        if self.windows.is_even(inputs[0]):
            return FIRST_INPUT
        return Kept(elements=self.windows.padded(inputs[0]).size)
