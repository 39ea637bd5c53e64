"""Scaled dot-product attention over space, over time or over both."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from nasvid.core.costs import Cost
from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.parameters import require_at_least
from nasvid.graph.primitive import PRIMITIVES, Primitive, require_clip


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionProduct(Primitive):
    """softmax(Q K^T / sqrt(d)) V for queries, keys and values that are clips.

    Args:
        heads: Groups of channels that attend apart, of d channels each.
        over: Which positions see each other: `space` those of one frame, `time` those of one
            place, `joint` all.

    Source: Vaswani et al. 2017, https://arxiv.org/abs/1706.03762, section 3.2; space and time
    apart as in Bertasius et al. 2021, https://arxiv.org/abs/2102.05095.
    """

    operands: ClassVar[tuple[int, int | None]] = (3, 3)

    heads: int = 1
    over: Literal["space", "time", "joint"] = "joint"

    def __post_init__(self) -> None:
        require_at_least("heads", self.heads, 1)

    def output_shape(self, *inputs: Shape) -> Shape:
        """The shape of the values."""
        queries, keys, values = inputs
        require_clip("attention_product", queries)
        if queries != keys or queries.replace(C=1) != values.replace(C=1):
            raise ShapeError(
                "attention_product takes queries and keys of one shape, and values of the same "
                f"frames, height and width; got {queries}, {keys} and {values}."
            )
        for channels, what in ((queries.channels, "query"), (values.channels, "value")):
            if channels % self.heads:
                raise ShapeError(
                    f"parameter 'heads': heads {self.heads} does not divide {channels} {what} "
                    "channels. Use a divisor."
                )
        return values

    def cost(self, *inputs: Shape) -> Cost:
        """Two matrix products: queries with keys, weights with values."""
        queries, _, values = inputs
        seen = {
            "space": queries.height * queries.width,
            "time": queries.frames,
            "joint": queries.positions,
        }[self.over]
        return Cost(macs=queries.positions * seen * (queries.channels + values.channels))
