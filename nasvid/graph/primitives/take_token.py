"""One token of a row, such as the class token, as a vector."""

from dataclasses import dataclass
from typing import ClassVar

from nasvid.core.costs import ZERO_COST, Cost
from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.parameters import require_at_least
from nasvid.graph.primitive import PRIMITIVES, Primitive, require_tokens


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class TakeToken(Primitive):
    """The channels of one token.

    Args:
        index: Which one, counted from 0; the class token is the first.
    """

    is_view: ClassVar[bool] = True

    index: int = 0

    def __post_init__(self) -> None:
        require_at_least("index", self.index, 0)

    def output_shape(self, *inputs: Shape) -> Shape:
        """A vector."""
        require_tokens("take_token", inputs[0])
        if self.index >= inputs[0].axis("N"):
            raise ShapeError(
                f"parameter 'index': got {self.index} for {inputs[0].axis('N')} tokens, which are "
                "counted from 0."
            )
        return Shape.vector(inputs[0].channels)

    def cost(self, *inputs: Shape) -> Cost:
        """Nothing."""
        del inputs
        return ZERO_COST
