"""Several rows of tokens, one after the other."""

from dataclasses import dataclass
from typing import ClassVar

from nasvid.core.costs import ZERO_COST, Cost
from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.kept import NOTHING, Kept
from nasvid.graph.primitive import PRIMITIVES, Primitive, require_tokens


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class ConcatTokens(Primitive):
    """One row with the tokens of one or more inputs, in their order."""

    operands: ClassVar[tuple[int, int | None]] = (1, None)

    def output_shape(self, *inputs: Shape) -> Shape:
        """The sum of the tokens; channels must agree."""
        for shape in inputs:
            require_tokens("concat_tokens", shape)
        if len({shape.channels for shape in inputs}) > 1:
            listed = ", ".join(map(str, inputs))
            raise ShapeError(f"concat_tokens takes tokens of the same channels; got {listed}.")
        return inputs[0].replace(N=sum(shape.axis("N") for shape in inputs))

    def cost(self, *inputs: Shape) -> Cost:
        """Nothing."""
        del inputs
        return ZERO_COST

    def kept(self, *inputs: Shape) -> Kept:
        """Nothing."""
        del inputs
        return NOTHING
