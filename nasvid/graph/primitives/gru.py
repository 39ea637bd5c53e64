"""Gated recurrent unit over frames."""

from dataclasses import dataclass
from typing import ClassVar

from nasvid.core.shapes import Shape
from nasvid.graph.kept import Kept
from nasvid.graph.primitive import PRIMITIVES
from nasvid.graph.recurrent import Recurrent


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class Gru(Recurrent):
    """Gated recurrent unit over the frames of every place; parameters as in `Recurrent`.

    Source: Cho et al. 2014, https://arxiv.org/abs/1406.1078, section 2.3; in the form of cuDNN, which
    resets the state behind its matrix.
    """

    num_gates: ClassVar[int] = 3

    def kept(self, *inputs: Shape) -> Kept:
        """At every place and frame what each layer reads, and seven vectors of its cell."""
        places, frames = inputs[0].height * inputs[0].width, inputs[0].frames
        directions = 2 if self.bidirectional else 1
        # Both directions of the first layer make a copy of what they read, others share it.
        read = directions * (inputs[0].channels + (self.layers - 1) * self.hidden)
        cells = 7 * self.hidden * self.layers * directions
        return Kept(elements=places * frames * (read + cells))
