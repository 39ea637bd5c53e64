"""Shares that sum to 1, over the channels or over positions."""

from dataclasses import dataclass
from typing import Literal

from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.elementwise import Elementwise
from nasvid.graph.kept import OUTPUT, Kept
from nasvid.graph.primitive import PRIMITIVES


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class Softmax(Elementwise):
    """exp(x), divided by its sum over the named axes.

    Args:
        over: The axes whose elements share 1 among them.
    """

    over: Literal["C", "T", "H", "W", "TH", "HW", "THW"] = "C"

    def output_shape(self, *inputs: Shape) -> Shape:
        """The shape of the input."""
        if not set(self.over) <= set(inputs[0].axes):
            raise ShapeError(
                f"parameter 'over': got {self.over!r} for an input with the axes "
                f"{''.join(inputs[0].axes)}. Name axes that it has."
            )
        return inputs[0]

    def kept(self, *inputs: Shape) -> Kept:
        """The output."""
        del inputs
        return OUTPUT
