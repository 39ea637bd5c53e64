"""Mean over whole axes, as in global pooling."""

from dataclasses import dataclass
from typing import Literal

from nasvid.core.costs import ZERO_COST, Cost
from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.primitive import PRIMITIVES, Primitive, require_clip


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class Mean(Primitive):
    """The mean over the named axes.

    Args:
        over: The axes, among T, H and W.
        keep: Whether they stay with size 1; otherwise a mean over all three leaves a vector of
            channels.
    """

    over: Literal["T", "H", "W", "TH", "TW", "HW", "THW"] = "THW"
    keep: bool = False

    def __post_init__(self) -> None:
        if self.over != "THW" and not self.keep:
            raise ShapeError(
                f"parameter 'keep': got false with over {self.over!r}; only a mean over 'THW' "
                "drops its axes. Use keep: true."
            )

    def output_shape(self, *inputs: Shape) -> Shape:
        """The axes at size 1, or the channels alone."""
        require_clip("mean", inputs[0])
        if not self.keep:
            return Shape.vector(inputs[0].channels)
        return inputs[0].replace(**dict.fromkeys(self.over, 1))

    def cost(self, *inputs: Shape) -> Cost:
        """Nothing: pools have no MACs."""
        del inputs
        return ZERO_COST
