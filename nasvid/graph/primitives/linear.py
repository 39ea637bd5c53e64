"""Linear map of the channels."""

from dataclasses import dataclass
from typing import Literal

from nasvid.core.costs import Cost
from nasvid.core.shapes import Shape
from nasvid.graph.parameters import require_at_least
from nasvid.graph.primitive import PRIMITIVES, Primitive


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class Linear(Primitive):
    """One matrix for the channels of a vector, or of every position of a clip.

    Args:
        out: Channels that come out.
        bias: Whether a bias is added.
    """

    out: int
    bias: bool = True

    def __post_init__(self) -> None:
        require_at_least("out", self.out, 1)

    def output_shape(self, *inputs: Shape) -> Shape:
        """`out` channels; positions stay."""
        return inputs[0].replace(C=self.out)

    def cost(self, *inputs: Shape) -> Cost:
        """One MAC per weight and position."""
        weights = inputs[0].channels * self.out
        params = weights + (self.out if self.bias else 0)
        return Cost(macs=weights * inputs[0].positions, params=params)

    def mixed_precision(self) -> Literal["bf16"]:
        """A matrix product."""
        return "bf16"
