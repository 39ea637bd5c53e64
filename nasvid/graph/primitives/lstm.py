"""Long short-term memory over frames."""

from dataclasses import dataclass
from typing import ClassVar

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
