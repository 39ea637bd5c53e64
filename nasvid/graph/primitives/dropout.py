"""Random zeros while training."""

from dataclasses import dataclass

from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.elementwise import Elementwise
from nasvid.graph.kept import VIEW, Kept
from nasvid.graph.primitive import PRIMITIVES


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class Dropout(Elementwise):
    """Each element is zero with this chance while training, the rest scaled up to keep the mean.

    Args:
        rate: Chance, from 0 to below 1.
    """

    rate: float

    def __post_init__(self) -> None:
        if not 0 <= self.rate < 1:
            raise ShapeError(
                f"parameter 'rate': got {self.rate!r}; accepts a number from 0 to below 1."
            )

    def kept(self, *inputs: Shape) -> Kept:
        """A factor for each element; without zeros it is the input itself."""
        return Kept(elements=inputs[0].size) if self.rate else VIEW
