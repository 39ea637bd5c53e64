"""A clip brought to another number of frames, height and width."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal

from nasvid.core.costs import ZERO_COST, Cost
from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.kept import NOTHING, Kept
from nasvid.graph.parameters import Triple, require_at_least
from nasvid.graph.primitive import PRIMITIVES, Primitive, require_clip


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class Resize(Primitive):
    """The clip sampled anew, by a factor or at given sizes; axes that are not named stay.

    Args:
        factor: What to multiply frames, height and width with.
        frames: Frames to come out, in place of a factor.
        height: Height to come out, in place of a factor.
        width: Width to come out, in place of a factor.
        kind: `nearest` takes the element at or before each place, `linear` weighs the neighbours
            on every axis that changes.
    """

    factor: Triple = (1, 1, 1)
    frames: int | None = None
    height: int | None = None
    width: int | None = None
    kind: Literal["nearest", "linear"] = "nearest"

    def __post_init__(self) -> None:
        require_at_least("factor", self.factor, 1)
        for name, factor, size in zip(
            ("frames", "height", "width"), self.factor, self._sizes, strict=True
        ):
            if size is None:
                continue
            require_at_least(name, size, 1)
            if factor > 1:
                raise ShapeError(
                    f"parameter {name!r}: got {size} beside a factor of {factor} on the same "
                    "axis; accepts one of the two."
                )

    @property
    def _sizes(self) -> tuple[int | None, int | None, int | None]:
        return self.frames, self.height, self.width

    def output_shape(self, *inputs: Shape) -> Shape:
        """The sizes asked for."""
        clip = inputs[0]
        require_clip("resize", clip)
        sizes = {
            axis: clip.axis(axis) * factor if size is None else size
            for axis, factor, size in zip("THW", self.factor, self._sizes, strict=True)
        }
        return clip.replace(**sizes)

    def cost(self, *inputs: Shape) -> Cost:
        """Nothing: no operand is a weight."""
        del inputs
        return ZERO_COST

    def module_sizes(self, *inputs: Shape) -> Hashable:
        """What comes out."""
        return self.output_shape(*inputs).sizes[1:]

    def kept(self, *inputs: Shape) -> Kept:
        """Nothing."""
        del inputs
        return NOTHING
