"""Pooling to a given size."""

from dataclasses import dataclass
from typing import Literal

from nasvid.core.costs import ZERO_COST, Cost
from nasvid.core.shapes import Shape
from nasvid.graph.kept import FIRST_INPUT, NOTHING, Kept
from nasvid.graph.parameters import require_at_least
from nasvid.graph.primitive import PRIMITIVES, Primitive, require_clip


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class AdaptivePool(Primitive):
    """The clip cut into as many cells as asked for, one value per cell.

    Args:
        frames: Cells on T.
        height: Cells on H.
        width: Cells on W.
        kind: `avg` for the mean of a cell, `max` for its largest element.
    """

    frames: int
    height: int
    width: int
    kind: Literal["avg", "max"] = "avg"

    def __post_init__(self) -> None:
        require_at_least("frames", self.frames, 1)
        require_at_least("height", self.height, 1)
        require_at_least("width", self.width, 1)

    def output_shape(self, *inputs: Shape) -> Shape:
        """One position per cell."""
        require_clip("adaptive_pool", inputs[0])
        return inputs[0].replace(T=self.frames, H=self.height, W=self.width)

    def cost(self, *inputs: Shape) -> Cost:
        """Nothing: pools have no MACs."""
        del inputs
        return ZERO_COST

    def kept(self, *inputs: Shape) -> Kept:
        """The input, unless it is one mean, and where each maximum stands, in 8 bytes."""
        if self.kind == "max":
            return Kept(inputs=(0,), bytes=8 * self.output_shape(*inputs).size)
        # Torch takes such a mean as one over whole axes.
        is_one = self.frames == self.height == self.width == 1
        return NOTHING if is_one else FIRST_INPUT

    def mixed_precision(self) -> Literal["fp32"]:
        """Torch pools clips on a CPU in fp32."""
        return "fp32"
