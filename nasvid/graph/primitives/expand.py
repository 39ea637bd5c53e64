"""An axis of size 1, repeated."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from nasvid.core.costs import ZERO_COST, Cost
from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.parameters import require_at_least
from nasvid.graph.primitive import PRIMITIVES, Primitive


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class Expand(Primitive):
    """The one element of an axis as often as asked for, without a copy.

    Args:
        axis: C, T, H, W or N; must have size 1.
        size: What it gets.
    """

    is_view: ClassVar[bool] = True

    axis: Literal["C", "T", "H", "W", "N"]
    size: int

    def __post_init__(self) -> None:
        require_at_least("size", self.size, 1)

    def output_shape(self, *inputs: Shape) -> Shape:
        """The axis at the new size."""
        shape = inputs[0]
        if self.axis not in shape.axes or shape.axis(self.axis) != 1:
            raise ShapeError(
                f"parameter 'axis': got {self.axis!r} for {''.join(shape.axes)} {shape}; accepts "
                "an axis of size 1. Use resize or repeat_frames for others."
            )
        return shape.replace(**{self.axis: self.size})

    def cost(self, *inputs: Shape) -> Cost:
        """Nothing."""
        del inputs
        return ZERO_COST
