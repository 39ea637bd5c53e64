"""Part of an axis."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from nasvid.core.costs import ZERO_COST, Cost
from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.parameters import require_at_least
from nasvid.graph.primitive import PRIMITIVES, Primitive


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class Slice(Primitive):
    """Elements start, start + step, ... of an axis, up to but without stop.

    Args:
        axis: C, T, H, W or N.
        start: First element; counts from the end where negative.
        stop: The element before which to end, or null for the end of the axis; counts from the end
            where negative.
        step: Distance of the elements that are kept.
    """

    is_view: ClassVar[bool] = True

    axis: Literal["C", "T", "H", "W", "N"]
    start: int = 0
    stop: int | None = None
    step: int = 1

    def __post_init__(self) -> None:
        require_at_least("step", self.step, 1)

    def output_shape(self, *inputs: Shape) -> Shape:
        """The axis with the elements that are kept."""
        shape = inputs[0]
        if self.axis not in shape.axes:
            raise ShapeError(
                f"parameter 'axis': got {self.axis!r} for an input with the axes "
                f"{''.join(shape.axes)}. Name one of them."
            )
        size = shape.axis(self.axis)
        kept = len(range(size)[self.start : self.stop : self.step])
        if not kept:
            stop = "the end" if self.stop is None else self.stop
            raise ShapeError(
                f"slice from {self.start} to {stop} keeps nothing of the {size} elements on "
                f"{self.axis}."
            )
        return shape.replace(**{self.axis: kept})

    def cost(self, *inputs: Shape) -> Cost:
        """Nothing."""
        del inputs
        return ZERO_COST
