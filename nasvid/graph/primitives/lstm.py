"""Long short-term memory over frames."""

from dataclasses import dataclass
from typing import ClassVar

from nasvid.core.shapes import Shape
from nasvid.graph.kept import Kept
from nasvid.graph.primitive import PRIMITIVES
from nasvid.graph.recurrent import Recurrent


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class Lstm(Recurrent):
    """Long short-term memory over the frames of every place; parameters as in `Recurrent`.

    Source: Hochreiter and Schmidhuber 1997, Long short-term memory; with the forget gate of Gers et al.
    2000.
    """

    num_gates: ClassVar[int] = 4

    def kept(self, *inputs: Shape) -> Kept:
        """What each layer reads and some 16 vectors of its state for every frame.

        Torch leaves this to a library, which rounds up as it likes; for 32 channels or more, this is
        within 15 % of it.
        """
        frames, read = inputs[0].frames, inputs[0].channels
        directions = 2 if self.bidirectional else 1
        elements = 0
        for _ in range(self.layers):
            widest = max(read, self.hidden)
            # Found by measuring: the library keeps a scratch of about so many vectors.
            scratch = (frames + 1) * 13 * widest // 2 + (10 * frames + 8) * self.hidden
            elements += directions * (frames * read + scratch)
            read = directions * self.hidden
        return Kept(output=True, elements=elements * inputs[0].height * inputs[0].width)
