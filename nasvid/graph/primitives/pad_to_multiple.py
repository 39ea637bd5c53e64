"""Zeros at the end of a clip, so that windows divide it."""

from collections.abc import Hashable
from dataclasses import dataclass

from nasvid.core.costs import ZERO_COST, Cost
from nasvid.core.shapes import Shape
from nasvid.graph.kept import NOTHING, Kept
from nasvid.graph.parameters import Triple, require_at_least
from nasvid.graph.primitive import PRIMITIVES, Primitive, require_clip


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class PadToMultiple(Primitive):
    """The clip with zeros behind its frames, rows and columns.

    Args:
        multiple: What is to divide T, H and W; as few zeros as that takes.
    """

    multiple: Triple

    def __post_init__(self) -> None:
        require_at_least("multiple", self.multiple, 1)

    def amounts(self, clip: Shape) -> Triple:
        """Zeros behind T, H, W."""
        t, h, w = (
            -clip.axis(axis) % multiple
            for axis, multiple in zip(("T", "H", "W"), self.multiple, strict=True)
        )
        return t, h, w

    def output_shape(self, *inputs: Shape) -> Shape:
        """The next multiple on each axis."""
        clip = inputs[0]
        require_clip("pad_to_multiple", clip)
        t, h, w = self.amounts(clip)
        return clip.replace(T=clip.frames + t, H=clip.height + h, W=clip.width + w)

    def cost(self, *inputs: Shape) -> Cost:
        """Nothing."""
        del inputs
        return ZERO_COST

    def module_sizes(self, *inputs: Shape) -> Hashable:
        """The zeros."""
        return self.amounts(inputs[0])

    def kept(self, *inputs: Shape) -> Kept:
        """Nothing."""
        del inputs
        return NOTHING
