"""Mean over whole axes, as in global pooling."""

from dataclasses import dataclass

from nasvid.core.shapes import Shape
from nasvid.graph.kept import NOTHING, Kept
from nasvid.graph.primitive import PRIMITIVES
from nasvid.graph.reduction import Reduction


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class Mean(Reduction):
    """The mean over the named axes; parameters as in `Reduction`."""

    def kept(self, *inputs: Shape) -> Kept:
        """Nothing."""
        del inputs
        return NOTHING
