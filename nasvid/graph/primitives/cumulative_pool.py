"""Pooling over all frames so far, which looks at no later frame."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal

from nasvid.core.shapes import Shape
from nasvid.graph.elementwise import Elementwise
from nasvid.graph.kept import Kept
from nasvid.graph.primitive import PRIMITIVES, require_clip


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class CumulativePool(Elementwise):
    """At every frame the mean or maximum of this and all earlier frames, at each place alone.

    Args:
        kind: `avg` for the mean, `max` for the largest element.

    Source: Kondratyuk et al. 2021, MoViNets, https://arxiv.org/abs/2103.11511, section 3.2.
    """

    kind: Literal["avg", "max"] = "avg"

    def output_shape(self, *inputs: Shape) -> Shape:
        """The shape of the input."""
        require_clip("cumulative_pool", inputs[0])
        return inputs[0]

    def module_sizes(self, *inputs: Shape) -> Hashable:
        """The number of frames of a mean."""
        return inputs[0].frames if self.kind == "avg" else None

    def kept(self, *inputs: Shape) -> Kept:
        """Numbers of 8 bytes: of frames seen, or where each maximum stands beside the input."""
        if self.kind == "avg":
            return Kept(bytes_once=8 * inputs[0].frames)
        return Kept(inputs=(0,), bytes=8 * inputs[0].size)
