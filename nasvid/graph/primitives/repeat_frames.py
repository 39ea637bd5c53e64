"""Every frame several times."""

from dataclasses import dataclass

from nasvid.core.costs import ZERO_COST, Cost
from nasvid.core.shapes import Shape
from nasvid.graph.kept import NOTHING, Kept
from nasvid.graph.parameters import require_at_least
from nasvid.graph.primitive import PRIMITIVES, Primitive, require_clip


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatFrames(Primitive):
    """Each frame so many times in a row: the nearest frame of a slower stream.

    Args:
        factor: How often each frame stands.
    """

    factor: int

    def __post_init__(self) -> None:
        require_at_least("factor", self.factor, 1)

    def output_shape(self, *inputs: Shape) -> Shape:
        """`factor` times as many frames."""
        require_clip("repeat_frames", inputs[0])
        return inputs[0].replace(T=inputs[0].frames * self.factor)

    def cost(self, *inputs: Shape) -> Cost:
        """Nothing."""
        del inputs
        return ZERO_COST

    def kept(self, *inputs: Shape) -> Kept:
        """Nothing."""
        del inputs
        return NOTHING
