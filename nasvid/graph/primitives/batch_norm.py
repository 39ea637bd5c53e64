"""Batch normalisation of every channel."""

from dataclasses import dataclass

from nasvid.core.costs import Cost
from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.elementwise import Elementwise
from nasvid.graph.kept import Kept
from nasvid.graph.primitive import PRIMITIVES


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class BatchNorm(Elementwise):
    """Zero mean and unit variance per channel over the batch, then a learned scale and shift.

    Args:
        zero_init: Whether the scale starts at 0, so that a residual block starts as the identity.
        eps: Added to the variance.
        momentum: Weight of a new batch in the running statistics.

    Source: Ioffe and Szegedy 2015, https://arxiv.org/abs/1502.03167.
    """

    zero_init: bool = False
    eps: float = 1e-5
    momentum: float = 0.1

    def __post_init__(self) -> None:
        if self.eps <= 0:
            raise ShapeError(f"parameter 'eps': got {self.eps!r}; accepts a number above 0.")
        if not 0 <= self.momentum <= 1:
            raise ShapeError(
                f"parameter 'momentum': got {self.momentum!r}; accepts a number from 0 to 1."
            )

    def output_shape(self, *inputs: Shape) -> Shape:
        """The shape of the input."""
        if inputs[0].is_tokens:
            raise ShapeError("batch_norm takes clips and vectors; got tokens. Use layer_norm.")
        return inputs[0]

    def cost(self, *inputs: Shape) -> Cost:
        """Scale and shift; running mean, running variance and the number of batches seen."""
        channels = inputs[0].channels
        return Cost(norm_elements=inputs[0].size, params=2 * channels, buffers=2 * channels + 1)

    def kept(self, *inputs: Shape) -> Kept:
        """The input, and mean and deviation of each channel of the batch."""
        return Kept(inputs=(0,), bytes_once=8 * inputs[0].channels)
