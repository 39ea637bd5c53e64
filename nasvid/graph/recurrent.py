"""What primitives share that carry a state from frame to frame."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from nasvid.core.costs import Cost
from nasvid.core.shapes import Shape
from nasvid.graph.parameters import require_at_least
from nasvid.graph.primitive import Primitive, require_clip


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrent(Primitive):
    """A recurrent network over the frames of every place, with shared weights.

    After a mean over H and W there is one place, so that it runs over vectors of frames. The state
    of every frame comes out; `slice` takes the last.

    Class attributes:
        num_gates: Matrices of the cell for its input, and as many for its state.

    Args:
        hidden: Channels of the state.
        layers: Networks on top of each other.
        bidirectional: Whether each layer also runs from the last frame to the first; its channels
            come second.
    """

    num_gates: ClassVar[int]

    hidden: int
    layers: int = 1
    bidirectional: bool = False

    def __post_init__(self) -> None:
        require_at_least("hidden", self.hidden, 1)
        require_at_least("layers", self.layers, 1)

    def output_shape(self, *inputs: Shape) -> Shape:
        """`hidden` channels, twice as many in two directions."""
        require_clip(self.name(), inputs[0])
        return inputs[0].replace(C=self.hidden * self._directions)

    def cost(self, *inputs: Shape) -> Cost:
        """One MAC per weight that is not a bias and place and frame."""
        weights = 0
        channels = inputs[0].channels
        for _ in range(self.layers):
            weights += self._directions * self.num_gates * self.hidden * (channels + self.hidden)
            channels = self._directions * self.hidden
        # torch keeps two biases per gate, one for the input and one for the state.
        biases = self.layers * self._directions * 2 * self.num_gates * self.hidden
        return Cost(macs=weights * inputs[0].positions, params=weights + biases)

    def mixed_precision(self) -> Literal["bf16"]:
        """Matrix products."""
        return "bf16"

    @property
    def _directions(self) -> int:
        return 2 if self.bidirectional else 1
