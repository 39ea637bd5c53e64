"""Maximum over whole axes, as in global max pooling."""

from dataclasses import dataclass

from nasvid.core.shapes import Shape
from nasvid.graph.kept import Kept
from nasvid.graph.primitive import PRIMITIVES
from nasvid.graph.reduction import Reduction


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class MaxOver(Reduction):
    """The largest element over the named axes; parameters as in `Reduction`."""

    def kept(self, *inputs: Shape) -> Kept:
        """Input and output."""
        del inputs
        return Kept(inputs=(0,), output=True)
