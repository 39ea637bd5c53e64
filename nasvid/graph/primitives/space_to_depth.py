"""Squares of pixels laid into channels."""

from dataclasses import dataclass

from nasvid.core.costs import ZERO_COST, Cost
from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.kept import NOTHING, VIEW, Kept
from nasvid.graph.layout import is_view
from nasvid.graph.parameters import require_at_least
from nasvid.graph.primitive import PRIMITIVES, Primitive, require_clip


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceToDepth(Primitive):
    """Each square of pixels of a frame becomes one pixel with all their channels.

    Channel `c` at row i and column j of a square becomes channel `(c * block + i) * block + j`.

    Args:
        block: Side of the squares, in pixels.
    """

    block: int

    def __post_init__(self) -> None:
        require_at_least("block", self.block, 1)

    def output_shape(self, *inputs: Shape) -> Shape:
        """Height and width over `block`, channels times its square."""
        clip = inputs[0]
        require_clip("space_to_depth", clip)
        if clip.height % self.block or clip.width % self.block:
            raise ShapeError(
                f"parameter 'block': got {self.block}, which does not divide the height and width "
                f"of {clip}. Use a divisor of both."
            )
        return clip.replace(
            C=clip.channels * self.block**2,
            H=clip.height // self.block,
            W=clip.width // self.block,
        )

    def cost(self, *inputs: Shape) -> Cost:
        """Nothing."""
        del inputs
        return ZERO_COST

    def kept(self, *inputs: Shape) -> Kept:
        """Nothing; what has to be moved is copied."""
        channels, _, height, width = self.output_shape(*inputs).sizes
        rows = {"C": channels // self.block**2, "H": height, "W": width}
        sizes = rows | {"i": self.block, "j": self.block}
        return VIEW if is_view("BTHiWjC", sizes, ["Cij"]) else NOTHING
