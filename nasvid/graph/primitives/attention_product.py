"""Scaled dot-product attention over any axes of a clip, or over tokens."""

from dataclasses import dataclass
from math import prod
from typing import ClassVar, Literal

from nasvid.core.costs import Cost
from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.kept import Kept
from nasvid.graph.layout import is_view
from nasvid.graph.parameters import require_at_least
from nasvid.graph.primitive import PRIMITIVES, Primitive

_SEEN = {"space": "HW", "time": "T", "joint": "THWN"}


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionProduct(Primitive):
    """softmax(Q K^T / sqrt(d)) V for queries, keys and values that are clips, or tokens.

    With `weights: mean` it is Q K^T V / n for n keys, without a softmax.

    Keys and values may have other sizes than the queries, as pooled ones do, on the axes over which
    positions see each other.

    Args:
        heads: Groups of channels that attend apart, of d channels each.
        over: Which positions see each other: `space` those of one frame, `time` those of one
            place, `joint` all, tokens too; `H`, `W`, `TH` and `TW` those that differ on these
            axes alone.
        weights: What makes weights of the products, `softmax` or `mean`.

    Source: Vaswani et al. 2017, https://arxiv.org/abs/1706.03762, section 3.2; space and time
    apart as in Bertasius et al. 2021, https://arxiv.org/abs/2102.05095; means as the dot product of
    Wang et al. 2018, https://arxiv.org/abs/1711.07971, section 3.2.
    """

    operands: ClassVar[tuple[int, int | None]] = (3, 3)

    heads: int = 1
    over: Literal["space", "time", "joint", "H", "W", "TH", "TW"] = "joint"
    weights: Literal["softmax", "mean"] = "softmax"

    def __post_init__(self) -> None:
        require_at_least("heads", self.heads, 1)

    def output_shape(self, *inputs: Shape) -> Shape:
        """The positions of the queries with the channels of the values."""
        queries, keys, values = inputs
        for shape in inputs:
            if not shape.is_clip and not (shape.is_tokens and self.over == "joint"):
                accepted = "clips, or tokens" if self.over == "joint" else "clips"
                raise ShapeError(
                    f"attention_product over {self.over!r} takes {accepted}; got "
                    f"{''.join(shape.axes)} {shape}."
                )
        ones = {axis: 1 for axis in _SEEN.get(self.over, self.over) if axis in queries.axes}
        fits = queries.axes == keys.axes and queries.replace(**ones) == keys.replace(**ones)
        if not fits or keys.replace(C=1) != values.replace(C=1):
            raise ShapeError(
                "attention_product takes queries and keys of the same channels, which differ on "
                "the axes attended over alone, and values where the keys are; got "
                f"{queries}, {keys} and {values}."
            )
        for channels, what in ((queries.channels, "query"), (values.channels, "value")):
            if channels % self.heads:
                raise ShapeError(
                    f"parameter 'heads': heads {self.heads} does not divide {channels} {what} "
                    "channels. Use a divisor."
                )
        return queries.replace(C=values.channels)

    def cost(self, *inputs: Shape) -> Cost:
        """Two matrix products: queries with keys, weights with values."""
        queries, keys, values = inputs
        seen = self._num_seen(keys)
        return Cost(macs=queries.positions * seen * (queries.channels + values.channels))

    def _num_seen(self, keys: Shape) -> int:
        return prod(keys.axis(axis) for axis in _SEEN.get(self.over, self.over))

    def mixed_precision(self) -> Literal["bf16"]:
        """A matrix product."""
        return "bf16"

    def kept(self, *inputs: Shape) -> Kept:
        """Queries, keys and values, output, and a number for each query and head.

        Where values have other channels than keys, torch keeps copies and all weights, in fp32.
        """
        queries, keys, values = inputs
        if self.weights == "mean":
            return self._kept_without_softmax(*inputs)
        views = tuple(k for k, shape in enumerate(inputs) if self._is_view(shape))
        copies = sum(shape.size for k, shape in enumerate(inputs) if k not in views)
        if queries.channels == values.channels:
            rows = self.heads * queries.positions
            return Kept(inputs=views, output=True, elements=copies, floats=rows)
        weights = self.heads * queries.positions * self._num_seen(keys)
        return Kept(floats=queries.size + keys.size + weights + values.size)

    def _kept_without_softmax(self, queries: Shape, keys: Shape, values: Shape) -> Kept:
        """Queries, keys, products and values; copies of what is not of one head in a row."""
        products = self.heads * queries.positions * self._num_seen(keys)
        inputs = (queries, keys, values)
        views = tuple(k for k, s in enumerate(inputs) if self.heads == 1 and self._is_view(s))
        copies = sum(shape.size for k, shape in enumerate(inputs) if k not in views)
        return Kept(inputs=views, elements=copies + products)

    def _is_view(self, shape: Shape) -> bool:
        """Whether positions that see each other stand in a row, and all others in the batch."""
        if shape.is_tokens:
            return True
        seen = _SEEN.get(self.over, self.over)
        apart = "".join(axis for axis in "THW" if axis not in seen)
        within = "".join(axis for axis in "THW" if axis in seen)
        sizes = dict(zip(shape.axes, shape.sizes, strict=True))
        return is_view("BTHWC", sizes, ["B" + apart, within])
