"""Attention inside windows of a clip, shifted or not, with relative positions."""

from collections.abc import Hashable
from dataclasses import dataclass
from math import prod
from typing import ClassVar, Literal

from nasvid.core.costs import Cost
from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.kept import Kept
from nasvid.graph.parameters import Triple, require_at_least
from nasvid.graph.primitive import PRIMITIVES, Primitive, require_clip

_AXES = ("T", "H", "W")


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class WindowAttention(Primitive):
    """softmax(Q K^T / sqrt(d) + B) V among the positions of a window.

    The clip is cut into windows that do not overlap. With a shift they are cut from the clip rolled
    by it, and positions that were not neighbours before do not see each other. A window that is no
    smaller than the clip on an axis is as long as the clip there, and not shifted.

    Args:
        window: Length on T, H, W.
        shift: Distance on T, H, W, below the length of the window.
        heads: Groups of channels that attend apart, of d channels each.
        relative_positions: Whether there is a table B of learned numbers, one per head and
            distance of two positions in the window.

    Source: Liu et al. 2021, Video Swin Transformer, https://arxiv.org/abs/2106.13230, section 3.
    """

    operands: ClassVar[tuple[int, int | None]] = (3, 3)

    window: Triple
    shift: Triple = (0, 0, 0)
    heads: int = 1
    relative_positions: bool = True

    def __post_init__(self) -> None:
        require_at_least("window", self.window, 1)
        require_at_least("shift", self.shift, 0)
        require_at_least("heads", self.heads, 1)
        if any(s >= w for s, w in zip(self.shift, self.window, strict=True)):
            raise ShapeError(
                f"parameter 'shift': got {self.shift!r} with window {self.window!r}; accepts less "
                "than the window on each axis."
            )

    def windows(self, clip: Shape) -> tuple[Triple, Triple]:
        """Lengths and shifts of the windows of this clip."""
        sizes = tuple(clip.axis(axis) for axis in _AXES)
        t, h, w = map(min, self.window, sizes)
        is_cut = [window < size for window, size in zip(self.window, sizes, strict=True)]
        shift_t, shift_h, shift_w = (s * cut for s, cut in zip(self.shift, is_cut, strict=True))
        return (t, h, w), (shift_t, shift_h, shift_w)

    @property
    def table(self) -> Triple:
        """Distances on T, H, W that two positions of a window can have."""
        t, h, w = (2 * length - 1 for length in self.window)
        return t, h, w

    def output_shape(self, *inputs: Shape) -> Shape:
        """The shape of the values."""
        queries, keys, values = inputs
        require_clip("window_attention", queries)
        if queries != keys or queries.replace(C=1) != values.replace(C=1):
            raise ShapeError(
                "window_attention takes queries and keys of one shape, and values of the same "
                f"frames, height and width; got {queries}, {keys} and {values}."
            )
        for channels, what in ((queries.channels, "query"), (values.channels, "value")):
            if channels % self.heads:
                raise ShapeError(
                    f"parameter 'heads': heads {self.heads} does not divide {channels} {what} "
                    "channels. Use a divisor."
                )
        lengths, _ = self.windows(queries)
        for axis, length in zip(_AXES, lengths, strict=True):
            if queries.axis(axis) % length:
                raise ShapeError(
                    f"parameter 'window': windows of {length} do not divide {queries.axis(axis)} "
                    f"positions on {axis}. Use a divisor, or pad the clip before."
                )
        return values

    def cost(self, *inputs: Shape) -> Cost:
        """Two matrix products inside each window, and the table."""
        queries, _, values = inputs
        seen = prod(self.windows(queries)[0])
        params = self.heads * prod(self.table) if self.relative_positions else 0
        macs = queries.positions * seen * (queries.channels + values.channels)
        return Cost(macs=macs, params=params)

    def mixed_precision(self) -> Literal["bf16"]:
        """A matrix product."""
        return "bf16"

    def module_sizes(self, *inputs: Shape) -> Hashable:
        """The windows."""
        return self.windows(inputs[0])

    def kept(self, *inputs: Shape) -> Kept:
        """Queries, keys and values cut into windows, and all weights, in fp32.

        Without a mask and positions there is a kernel that keeps the output in place of weights.
        """
        queries, keys, values = inputs
        copies = queries.size + keys.size + values.size
        lengths, shifts = self.windows(queries)
        has_bias = self.relative_positions or any(shifts)
        if queries == values and not has_bias:
            rows = self.heads * queries.positions
            return Kept(elements=copies + values.size, floats=rows)
        seen = prod(lengths)
        places = 8 * seen**2 if self.relative_positions else 0
        weights = self.heads * queries.positions * seen
        return Kept(floats=copies + weights, bytes_once=places, casts_weights=False)
