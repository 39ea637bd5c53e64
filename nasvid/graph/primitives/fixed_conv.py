"""Convolution with filters that the file gives, such as edges, differences of frames or blur."""

from collections.abc import Hashable
from dataclasses import dataclass
from math import prod
from typing import Literal

from nasvid.core.costs import Cost
from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.kept import Kept
from nasvid.graph.parameters import Padding, Rows, Triple, require_at_least
from nasvid.graph.primitive import PRIMITIVES, Primitive, require_clip
from nasvid.graph.windows import Windows

MAX_WEIGHTS = 4096


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class FixedConv(Primitive):
    """A convolution whose weights stand in the file and are not trained.

    They are buffers, no parameters, and part of the architecture: other weights, another id.

    Args:
        weights: One row of numbers for each filter: channel by channel, each frame by frame, each
            row by row of pixels.
        kernel: Length on T, H, W.
        stride: Step on T, H, W.
        groups: Groups of channels that do not mix and have the same filters each; equal to the
            input channels to filter each channel by itself.
        padding: As in `Windows`.
    """

    weights: Rows
    kernel: Triple = (1, 1, 1)
    stride: Triple = (1, 1, 1)
    groups: int = 1
    padding: Padding = "half"

    def __post_init__(self) -> None:
        require_at_least("groups", self.groups, 1)
        self.windows.check()
        count = sum(map(len, self.weights))
        if count > MAX_WEIGHTS:
            raise ShapeError(f"parameter 'weights': got {count}; accepts at most {MAX_WEIGHTS}.")

    @property
    def windows(self) -> Windows:
        """The sliding windows."""
        return Windows(kernel=self.kernel, stride=self.stride, padding=self.padding)

    @property
    def out(self) -> int:
        """Channels that come out."""
        return len(self.weights) * self.groups

    def output_shape(self, *inputs: Shape) -> Shape:
        """One position per window, a channel for each filter of each group."""
        (clip,) = inputs
        require_clip("fixed_conv", clip)
        if clip.channels % self.groups:
            raise ShapeError(
                f"parameter 'groups': groups {self.groups} does not divide {clip.channels} input "
                "channels. Use a divisor, or '=in.channels' to filter each channel by itself."
            )
        wanted = clip.channels // self.groups * prod(self.kernel)
        if len(self.weights[0]) != wanted:
            raise ShapeError(
                f"parameter 'weights': got rows of {len(self.weights[0])}; a filter over "
                f"{clip.channels // self.groups} channels with kernel {self.kernel!r} has {wanted} "
                "weights. Give as many, or another kernel."
            )
        return self.windows.slide(clip, self.out)

    def cost(self, *inputs: Shape) -> Cost:
        """One MAC per weight and output position; no parameters."""
        weights = self.out * (inputs[0].channels // self.groups) * prod(self.kernel)
        return Cost(macs=weights * self.windows.slide(inputs[0]).positions, buffers=weights)

    def mixed_precision(self) -> Literal["bf16"]:
        """A matrix product."""
        return "bf16"

    def module_sizes(self, *inputs: Shape) -> Hashable:
        """Its padding."""
        return self.windows.pads(inputs[0])

    def kept(self, *inputs: Shape) -> Kept:
        """The input, or a padded copy."""
        padded = self.windows.padded(inputs[0])
        is_padded = padded != inputs[0]
        return Kept(inputs=() if is_padded else (0,), elements=padded.size if is_padded else 0)
