"""Change from each frame to the next."""

from dataclasses import dataclass
from typing import Literal

from nasvid.core.costs import ZERO_COST, Cost
from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.kept import NOTHING, Kept
from nasvid.graph.primitive import PRIMITIVES, Primitive, require_clip


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class FrameDifference(Primitive):
    """Frame t + 1 less frame t.

    Args:
        last: What stands at the last frame, which has no next one: `repeat` for the difference
            before it, so that the number of frames stays; `drop` for nothing.
    """

    last: Literal["repeat", "drop"] = "repeat"

    def output_shape(self, *inputs: Shape) -> Shape:
        """As many frames, or one less."""
        clip = inputs[0]
        require_clip("frame_difference", clip)
        if clip.frames < 2:
            raise ShapeError(f"frame_difference takes clips of at least 2 frames; got {clip}.")
        return clip if self.last == "repeat" else clip.replace(T=clip.frames - 1)

    def cost(self, *inputs: Shape) -> Cost:
        """Nothing: differences have no MACs."""
        del inputs
        return ZERO_COST

    def kept(self, *inputs: Shape) -> Kept:
        """Nothing."""
        del inputs
        return NOTHING
