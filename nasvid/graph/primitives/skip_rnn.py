"""A recurrent network that learns at which frames to update its state."""

from dataclasses import dataclass
from typing import Literal

from nasvid.core.costs import Cost
from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.kept import Kept
from nasvid.graph.parameters import require_at_least
from nasvid.graph.primitive import PRIMITIVES, Primitive, require_clip


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class SkipRnn(Primitive):
    """A GRU or LSTM over the frames of every place, whose state is copied while a gate is shut.

    The state gives a chance sigmoid(w * state + b). The chances since the last update add up to at
    most 1, and the gate opens where the sum, rounded, is 1: always at the first frame. Gradients
    pass the rounding unchanged. MACs are those of an update at every frame.

    Args:
        hidden: Channels of the state.
        cell: `gru` or `lstm`.

    Source: Campos et al. 2018, https://arxiv.org/abs/1708.06834, section 3.
    """

    hidden: int
    cell: Literal["gru", "lstm"] = "gru"

    def __post_init__(self) -> None:
        require_at_least("hidden", self.hidden, 1)

    def output_shape(self, *inputs: Shape) -> Shape:
        """`hidden` channels."""
        clip = inputs[0]
        require_clip("skip_rnn", clip)
        if clip.frames < 2:
            raise ShapeError(
                f"skip_rnn takes clips of at least 2 frames, as the first is never skipped; "
                f"got {clip}. Use gru or lstm."
            )
        return clip.replace(C=self.hidden)

    def cost(self, *inputs: Shape) -> Cost:
        """The cell at every frame, and the chance at all but the last."""
        clip = inputs[0]
        num_gates = {"gru": 3, "lstm": 4}[self.cell]
        weights = num_gates * self.hidden * (clip.channels + self.hidden)
        places = clip.height * clip.width
        return Cost(
            macs=places * (clip.frames * weights + (clip.frames - 1) * self.hidden),
            params=weights + 2 * num_gates * self.hidden + self.hidden + 1,
        )

    def kept(self, *inputs: Shape) -> Kept:
        """At every place and frame the input, the cell, and the numbers of its gate."""
        clip = inputs[0]
        vectors = {"gru": 8, "lstm": 9}[self.cell]
        each = clip.frames * (clip.channels + vectors * self.hidden + 8) - 10
        return Kept(elements=clip.height * clip.width * each)

    def mixed_precision(self) -> Literal["bf16"]:
        """Matrix products."""
        return "bf16"
