"""Several inputs side by side."""

from dataclasses import dataclass
from typing import ClassVar

from nasvid.core.costs import ZERO_COST, Cost
from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.kept import NOTHING, Kept
from nasvid.graph.primitive import PRIMITIVES, Primitive


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class Concat(Primitive):
    """The channels of one or more inputs, one after the other."""

    operands: ClassVar[tuple[int, int | None]] = (1, None)

    def output_shape(self, *inputs: Shape) -> Shape:
        """The sum of the channels; all else must agree."""
        if len({shape.replace(C=1) for shape in inputs}) > 1:
            listed = ", ".join(map(str, inputs))
            raise ShapeError(f"concat takes inputs that differ in channels alone; got {listed}.")
        return inputs[0].replace(C=sum(shape.channels for shape in inputs))

    def cost(self, *inputs: Shape) -> Cost:
        """Nothing."""
        del inputs
        return ZERO_COST

    def kept(self, *inputs: Shape) -> Kept:
        """Nothing."""
        del inputs
        return NOTHING
