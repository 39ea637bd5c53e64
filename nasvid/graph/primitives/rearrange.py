"""The same elements under other axes: clips as tokens, frames in the batch, windows, heads."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import ClassVar

from nasvid.core.costs import ZERO_COST, Cost
from nasvid.core.shapes import Shape
from nasvid.graph.kept import NOTHING, VIEW, Kept
from nasvid.graph.parameters import Triple, require_at_least
from nasvid.graph.primitive import PRIMITIVES, Primitive
from nasvid.graph.rearrangement import Rearrangement, parse_pattern, rearrange


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class Rearrange(Primitive):
    """The input with its axes split, joined, reordered, repeated, or folded into the batch.

    Args:
        pattern: Both sides, such as `B C T H W -> (B T) (H W) C`; see
            `nasvid.graph.rearrangement`.
        frames: Size of T where it cannot be told from the input.
        height: Size of H.
        width: Size of W.
        window: Sizes of t, h and w.
        heads: Size of heads.

    Example:
        >>> op = Rearrange(pattern="B C T H W -> (B T) (H W) C")
        >>> str(op.output_shape(Shape.clip(768, 8, 14, 14)))
        '768x196 per T'
    """

    sees_folded: ClassVar[bool] = True

    pattern: str
    frames: int | None = None
    height: int | None = None
    width: int | None = None
    window: Triple = (1, 1, 1)
    heads: int | None = None

    def __post_init__(self) -> None:
        # Patterns that mean the same are the same setting, so they must have the same text.
        object.__setattr__(self, "pattern", str(parse_pattern(self.pattern)))
        sizes = (self.frames, self.height, self.width, self.window, self.heads)
        names = ("frames", "height", "width", "window", "heads")
        for name, value in zip(names, sizes, strict=True):
            if value is not None:
                require_at_least(name, value, 1)

    def apply(self, shape: Shape) -> Rearrangement:
        """What it does to this input."""
        pattern = parse_pattern(self.pattern)
        given = {"T": self.frames, "H": self.height, "W": self.width, "heads": self.heads}
        named = {*pattern.left.names, *pattern.right.names}
        given |= {
            name: size
            for name, size in zip(("t", "h", "w"), self.window, strict=True)
            if size > 1 or name in named
        }
        sizes = {name: size for name, size in given.items() if size is not None}
        return rearrange(pattern, shape, sizes)

    def output_shape(self, *inputs: Shape) -> Shape:
        """As the right side says."""
        return self.apply(inputs[0]).shape

    def cost(self, *inputs: Shape) -> Cost:
        """Nothing."""
        del inputs
        return ZERO_COST

    def module_sizes(self, *inputs: Shape) -> Hashable:
        """Its steps."""
        steps = self.apply(inputs[0])
        return steps.split, steps.order, steps.repeated, steps.joined

    def kept(self, *inputs: Shape) -> Kept:
        """Nothing; axes that cannot be joined where they lie are copied."""
        return VIEW if self.apply(inputs[0]).is_view(inputs[0]) else NOTHING
