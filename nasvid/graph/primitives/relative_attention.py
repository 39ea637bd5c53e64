"""Attention of tokens that are a grid, with learned relative positions on each of its axes."""

from dataclasses import dataclass
from math import prod
from typing import ClassVar, Literal

from nasvid.core.costs import Cost
from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.kept import Kept
from nasvid.graph.parameters import Triple, require_at_least
from nasvid.graph.primitive import PRIMITIVES, Primitive, require_tokens


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class RelativeAttention(Primitive):
    """softmax(Q K^T / sqrt(d) + E) V with E_ij = q_i . (R^t + R^h + R^w), by the distance of i and j.

    Each axis has a table of vectors of d channels, which all heads share. Where queries and keys
    are pooled by different strides, distances are counted on the finer of the two grids.

    Args:
        grid: Frames, height and width of the queries.
        key_grid: Frames, height and width of the keys and values.
        class_token: Whether a token stands before each grid, which sees all and has no position.
        heads: Groups of channels that attend apart, of d channels each.

    Source: Li et al. 2022, MViTv2, https://arxiv.org/abs/2112.01526, section 4.1.
    """

    operands: ClassVar[tuple[int, int | None]] = (3, 3)

    grid: Triple
    key_grid: Triple
    class_token: bool = False
    heads: int = 1

    def __post_init__(self) -> None:
        require_at_least("grid", self.grid, 1)
        require_at_least("key_grid", self.key_grid, 1)
        require_at_least("heads", self.heads, 1)

    @property
    def tables(self) -> Triple:
        """Distances on T, H, W that a query and a key can have."""
        t, h, w = (2 * max(pair) - 1 for pair in zip(self.grid, self.key_grid, strict=True))
        return t, h, w

    def output_shape(self, *inputs: Shape) -> Shape:
        """The positions of the queries with the channels of the values."""
        queries, keys, values = inputs
        for shape in inputs:
            require_tokens("relative_attention", shape)
        if queries.channels != keys.channels or keys.axis("N") != values.axis("N"):
            raise ShapeError(
                "relative_attention takes queries and keys of the same channels, and as many "
                f"values as keys; got {queries}, {keys} and {values}."
            )
        for name, grid, tokens in (("grid", self.grid, queries), ("key_grid", self.key_grid, keys)):
            if prod(grid) + self.class_token != tokens.axis("N"):
                extra = " and a class token" if self.class_token else ""
                raise ShapeError(
                    f"parameter {name!r}: {'x'.join(map(str, grid))} positions{extra} are not the "
                    f"{tokens.axis('N')} tokens that come in."
                )
        for channels, what in ((queries.channels, "query"), (values.channels, "value")):
            if channels % self.heads:
                raise ShapeError(
                    f"parameter 'heads': heads {self.heads} does not divide {channels} {what} "
                    "channels. Use a divisor."
                )
        return queries.replace(C=values.channels)

    def cost(self, *inputs: Shape) -> Cost:
        """Queries with keys, weights with values, queries with the vectors of each axis."""
        queries, keys, values = inputs
        products = queries.axis("N") * keys.axis("N") * (queries.channels + values.channels)
        relative = prod(self.grid) * queries.channels * sum(self.key_grid)
        params = queries.channels // self.heads * sum(self.tables)
        return Cost(macs=products + relative, params=params)

    def mixed_precision(self) -> Literal["bf16"]:
        """A matrix product."""
        return "bf16"

    def kept(self, *inputs: Shape) -> Kept:
        """Copies of queries, keys and values, all weights, and what the positions are made of."""
        queries, keys, values = inputs
        pairs = [q * k for q, k in zip(self.grid, self.key_grid, strict=True)]
        grid = prod(self.grid) * queries.channels
        weights = self.heads * queries.axis("N") * keys.axis("N")
        return Kept(
            elements=3 * grid + queries.channels * sum(pairs),
            floats=queries.size + keys.size + values.size + weights,
            bytes_once=8 * sum(pairs),
            casts_weights=False,
        )
