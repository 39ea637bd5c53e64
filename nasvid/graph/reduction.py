"""What primitives share that make one value of all elements of whole axes."""

from dataclasses import dataclass
from typing import Literal

from nasvid.core.costs import ZERO_COST, Cost
from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.primitive import Primitive, require_clip


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduction(Primitive):
    """One value of all elements of the named axes.

    Args:
        over: The axes, among T, H and W for clips; N for tokens.
        keep: Whether they stay with size 1; otherwise a reduction over all there are leaves a
            vector of channels.
    """

    over: Literal["T", "H", "W", "TH", "TW", "HW", "THW", "N"] = "THW"
    keep: bool = False

    def __post_init__(self) -> None:
        if self.over not in {"THW", "N"} and not self.keep:
            raise ShapeError(
                f"parameter 'keep': got false with over {self.over!r}; only {self.name()} over "
                "'THW' or 'N' drops its axes. Use keep: true."
            )

    def output_shape(self, *inputs: Shape) -> Shape:
        """The axes at size 1, or the channels alone."""
        if self.over != "N":
            require_clip(self.name(), inputs[0])
        elif inputs[0].axes != ("C", "N"):
            raise ShapeError(
                f"parameter 'over': got 'N' for {''.join(inputs[0].axes)} {inputs[0]}; accepts it "
                "for tokens (C, N). Use THW for clips."
            )
        if not self.keep:
            return Shape.vector(inputs[0].channels)
        return inputs[0].replace(**dict.fromkeys(self.over, 1))

    def cost(self, *inputs: Shape) -> Cost:
        """Nothing: pools have no MACs."""
        del inputs
        return ZERO_COST
