"""Whole paths left out at random while training."""

from dataclasses import dataclass

from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.elementwise import Elementwise
from nasvid.graph.kept import Kept
from nasvid.graph.primitive import PRIMITIVES


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class DropPath(Elementwise):
    """All of a clip is zero with this chance while training, else scaled up to keep the mean.

    Args:
        rate: Chance, from 0 to below 1.

    Source: Huang et al. 2016, stochastic depth, https://arxiv.org/abs/1603.09382, section 3.
    Differs: scaled up while training, not down afterwards, as later networks do.
    """

    rate: float

    def __post_init__(self) -> None:
        if not 0 <= self.rate < 1:
            raise ShapeError(
                f"parameter 'rate': got {self.rate!r}; accepts a number from 0 to below 1."
            )

    def kept(self, *inputs: Shape) -> Kept:
        """One factor."""
        del inputs
        return Kept(elements=1)
