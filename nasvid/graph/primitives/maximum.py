"""Largest of several inputs, element by element."""

from dataclasses import dataclass
from typing import ClassVar

from nasvid.core.costs import ZERO_COST, Cost
from nasvid.core.shapes import Shape, broadcast
from nasvid.graph.kept import VIEW, Kept
from nasvid.graph.primitive import PRIMITIVES, Primitive


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class Maximum(Primitive):
    """Maximum of one or more inputs; an axis of size 1 is repeated to fit the others."""

    operands: ClassVar[tuple[int, int | None]] = (1, None)
    is_commutative: ClassVar[bool] = True

    def output_shape(self, *inputs: Shape) -> Shape:
        """The common shape."""
        return broadcast(inputs)

    def cost(self, *inputs: Shape) -> Cost:
        """Nothing: no operand is a weight."""
        del inputs
        return ZERO_COST

    def kept(self, *inputs: Shape) -> Kept:
        """All inputs, and the maxima of the first few."""
        if len(inputs) == 1:
            return VIEW
        parts = (broadcast(inputs[:count]).size for count in range(2, len(inputs)))
        return Kept(inputs=tuple(range(len(inputs))), elements=sum(parts))
