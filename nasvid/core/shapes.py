"""Shapes with named axes; the batch axis is always there and never written."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import prod

from nasvid.core.errors import ShapeError

# Beyond what any machine holds.
MAX_SIZE = 10**12
CLIP_AXES = ("C", "T", "H", "W")
TOKEN_AXES = ("C", "N")


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of named axes: C channels, T frames, H height, W width, N tokens.

    A clip has C, T, H and W in this order, tokens C and N, a pooled feature only C. In a tensor
    channels stand right behind the batch; those of tokens stand last, where layer norms and linear
    maps work without a copy and heads split off as views.

    Args:
        axes: Their names.
        sizes: Elements along each.
        folded: Name and size of axes that are part of the batch: each of their positions passes
            through the network as a clip of its own, the last one running fastest.

    Example:
        >>> clip = Shape.clip(3, 16, 112, 112)
        >>> clip.frames, clip.size, str(clip)
        (16, 602112, '3x16x112x112')
        >>> clip.replace(C=64, T=8)
        Shape(axes=('C', 'T', 'H', 'W'), sizes=(64, 8, 112, 112), folded=())
        >>> frames = Shape.clip(3, 1, 112, 112).fold(T=16)
        >>> str(frames), frames.num_folded
        ('3x1x112x112 per T', 16)
    """

    axes: tuple[str, ...]
    sizes: tuple[int, ...]
    folded: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        if len(self.axes) != len(self.sizes):
            raise ShapeError(f"got {len(self.sizes)} sizes for the axes {self.axes!r}.")
        for axis, size in (*zip(self.axes, self.sizes, strict=True), *self.folded):
            if size < 1:
                raise ShapeError(
                    f"axis {axis} would have size {size}; every axis needs at least 1."
                )
            if size > MAX_SIZE:
                raise ShapeError(f"axis {axis} would have size {size}; at most {MAX_SIZE} fits.")

    def __hash__(self) -> int:
        # Shapes are keys of all that is remembered, and sizes tell nearly all of them apart.
        return hash(self.sizes)

    @classmethod
    def clip(cls, channels: int, frames: int, height: int, width: int) -> "Shape":
        """A feature map over a clip: C, T, H, W."""
        return cls(CLIP_AXES, (channels, frames, height, width))

    @classmethod
    def vector(cls, channels: int) -> "Shape":
        """A pooled feature: C only."""
        return cls(("C",), (channels,))

    @classmethod
    def tokens(cls, channels: int, count: int) -> "Shape":
        """Tokens in a row: C, N."""
        return cls(TOKEN_AXES, (channels, count))

    @property
    def is_clip(self) -> bool:
        """Whether the axes are C, T, H, W."""
        return self.axes == CLIP_AXES

    @property
    def is_tokens(self) -> bool:
        """Whether the axes are C, N."""
        return self.axes == TOKEN_AXES

    @property
    def channels(self) -> int:
        """Size of C."""
        return self.axis("C")

    @property
    def frames(self) -> int:
        """Size of T; 1 where there is no such axis."""
        return self.axis("T")

    @property
    def height(self) -> int:
        """Size of H; 1 where there is no such axis."""
        return self.axis("H")

    @property
    def width(self) -> int:
        """Size of W; 1 where there is no such axis."""
        return self.axis("W")

    @property
    def num_folded(self) -> int:
        """Positions of the folded axes; 1 where there are none."""
        return prod(size for _, size in self.folded)

    @property
    def size(self) -> int:
        """Elements per clip of the batch."""
        return prod(self.sizes) * self.num_folded

    @property
    def tensor_sizes(self) -> tuple[int, ...]:
        """Sizes of a tensor behind the batch: as `sizes`, for tokens N before C."""
        return self.sizes[::-1] if self.is_tokens else self.sizes

    @property
    def positions(self) -> int:
        """Elements per channel."""
        return self.size // self.channels

    def axis(self, name: str) -> int:
        """Size of the named axis; 1 where there is no such axis."""
        return self.sizes[self.axes.index(name)] if name in self.axes else 1

    def replace(self, **sizes: int) -> "Shape":
        """The same axes with other sizes."""
        return Shape(
            self.axes,
            tuple(sizes.get(a, s) for a, s in zip(self.axes, self.sizes, strict=True)),
            self.folded,
        )

    def fold(self, **folded: int) -> "Shape":
        """The same axes with these folded into the batch, and no others."""
        return replace(self, folded=tuple(folded.items()))

    def __str__(self) -> str:
        sizes = "x".join(map(str, self.sizes))
        return f"{sizes} per {' '.join(name for name, _ in self.folded)}" if self.folded else sizes


def broadcast(shapes: Iterable[Shape]) -> Shape:
    """The common shape of operands whose axes agree or have size 1.

    Nothing is folded: folded operands are dealt with in `nasvid.graph.folding`.

    Raises:
        ShapeError: Axes differ, or sizes differ and neither is 1.
    Example:
        >>> str(broadcast([Shape.clip(8, 4, 7, 7), Shape.clip(8, 1, 1, 1)]))
        '8x4x7x7'
    """
    shapes = tuple(shapes)
    axes = shapes[0].axes
    if any(shape.axes != axes for shape in shapes):
        listed = ", ".join(f"{''.join(shape.axes)} {shape}" for shape in shapes)
        raise ShapeError(f"operands have different axes: {listed}.")
    sizes: list[int] = []
    for index, axis in enumerate(axes):
        found = {shape.sizes[index] for shape in shapes} - {1}
        if len(found) > 1:
            listed = ", ".join(map(str, shapes))
            raise ShapeError(
                f"operands do not fit on axis {axis}: {listed}; sizes must be equal or 1."
            )
        sizes.append(found.pop() if found else 1)
    return Shape(axes, tuple(sizes))
