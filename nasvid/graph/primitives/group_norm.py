"""Group normalisation of every clip by itself."""

from dataclasses import dataclass

from nasvid.core.costs import Cost
from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.elementwise import Elementwise
from nasvid.graph.kept import Kept
from nasvid.graph.parameters import require_at_least
from nasvid.graph.primitive import PRIMITIVES


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class GroupNorm(Elementwise):
    """Zero mean and unit variance over each group of channels, then scale and shift per channel.

    Args:
        groups: Groups of channels; 1 takes all of a clip together, as many as channels each alone.
        zero_init: Whether the scale starts at 0, so that a residual block starts as the identity.
        eps: Added to the variance.

    Source: Wu and He 2018, https://arxiv.org/abs/1803.08494.
    """

    groups: int = 32
    zero_init: bool = False
    eps: float = 1e-5

    def __post_init__(self) -> None:
        require_at_least("groups", self.groups, 1)
        if self.eps <= 0:
            raise ShapeError(f"parameter 'eps': got {self.eps!r}; accepts a number above 0.")

    def output_shape(self, *inputs: Shape) -> Shape:
        """The shape of the input."""
        if inputs[0].is_tokens:
            raise ShapeError("group_norm takes clips and vectors; got tokens. Use layer_norm.")
        if inputs[0].channels % self.groups:
            raise ShapeError(
                f"parameter 'groups': groups {self.groups} does not divide "
                f"{inputs[0].channels} channels. Use a divisor."
            )
        if inputs[0].size == self.groups:
            raise ShapeError(
                f"parameter 'groups': got {self.groups} for {inputs[0]}, so that each group has "
                "one element, which would always become 0. Use fewer groups."
            )
        return inputs[0]

    def cost(self, *inputs: Shape) -> Cost:
        """Scale and shift per channel."""
        return Cost(norm_elements=inputs[0].size, params=2 * inputs[0].channels)

    def kept(self, *inputs: Shape) -> Kept:
        """The input, and mean and deviation of each group."""
        del inputs
        return Kept(inputs=(0,), floats=2 * self.groups)
