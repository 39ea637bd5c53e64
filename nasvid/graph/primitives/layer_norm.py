"""Layer normalisation over the channels of every position."""

from dataclasses import dataclass

from nasvid.core.costs import Cost
from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.elementwise import Elementwise
from nasvid.graph.kept import Kept
from nasvid.graph.primitive import PRIMITIVES


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class LayerNorm(Elementwise):
    """Zero mean and unit variance over the channels of each position, then scale and shift.

    Args:
        eps: Added to the variance.
        zero_init: Whether the scale starts at 0, so that a residual block starts as the identity.

    Source: Ba et al. 2016, https://arxiv.org/abs/1607.06450; over channels as in transformers.
    """

    eps: float = 1e-6
    zero_init: bool = False

    def __post_init__(self) -> None:
        if self.eps <= 0:
            raise ShapeError(f"parameter 'eps': got {self.eps!r}; accepts a number above 0.")

    def cost(self, *inputs: Shape) -> Cost:
        """Scale and shift per channel."""
        return Cost(norm_elements=inputs[0].size, params=2 * inputs[0].channels)

    def kept(self, *inputs: Shape) -> Kept:
        """The input, and mean and deviation of each position."""
        return Kept(inputs=(0,), floats=2 * inputs[0].positions)
