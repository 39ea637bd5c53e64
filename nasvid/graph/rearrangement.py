"""Patterns over named axes, `B C T H W -> (B T) (H W) C`, and what they do to a shape.

The two sides name all axes of what comes in and of what comes out; the order of the items does not
matter, that inside brackets does, the last axis running fastest.

- `B` is the batch. `(B T)` is a batch into which frames are folded.
- `C` is the channels; `(heads C)` splits them, or joins heads to them.
- `T`, `H`, `W` are the axes of a clip; one that is left out has size 1. `(H h)` is the height as
  windows of h rows, `(h H)` as every H-th row.
- `N`, or any other brackets such as `(T H W)`, are tokens.
- An axis on the right alone repeats what comes in (N has size 1); one on the left alone has size 1.

Source: the notation of einops, Rogozhnikov 2022, https://openreview.net/forum?id=oapKSVM2bcj.
Differs: the order of items is that of named axes, and folded axes keep their names.
"""

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from math import prod

from nasvid.core.errors import ShapeError
from nasvid.core.shapes import CLIP_AXES, TOKEN_AXES, Shape
from nasvid.graph.layout import is_view

AXES = ("B", "C", "T", "H", "W", "N", "t", "h", "w", "heads")
_CLIP = ("T", "H", "W")
_TOKEN = re.compile(r"->|[()]|[A-Za-z]+|\S")
_EXAMPLE = "such as 'B C T H W -> (B T) (H W) C'"
_MAX_LENGTH = 200

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a pattern: which elementary axes make up each axis of the shape.

    Args:
        batch: Those folded into the batch.
        channels: Those of C.
        clip: T, H and W with theirs, in this order; empty for tokens and vectors.
        tokens: Those of N; empty for clips and vectors.
    """

    batch: Names
    channels: Names
    clip: tuple[tuple[str, Names], ...]
    tokens: Names

    @property
    def groups(self) -> tuple[Names, ...]:
        """The axes of a tensor behind the batch, in its order."""
        if self.tokens:
            return self.tokens, self.channels
        return self.channels, *(names for _, names in self.clip)

    @property
    def names(self) -> Names:
        """All elementary axes in the order of a tensor."""
        return self.batch + tuple(name for group in self.groups for name in group)

    def __str__(self) -> str:
        batch = f"({' '.join(('B', *self.batch))})" if self.batch else "B"
        tokens = ("N",) if self.tokens == ("N",) else (f"({' '.join(self.tokens)})",)
        rest = [_joined(self.channels), *(_joined(names) for _, names in self.clip)]
        return " ".join((batch, *(tokens if self.tokens else ()), *rest))


@dataclass(frozen=True, slots=True)
class Pattern:
    """Both sides of a pattern; as text it is canonical for patterns that mean the same."""

    left: Side
    right: Side

    def __str__(self) -> str:
        return f"{self.left} -> {self.right}"


@dataclass(frozen=True, slots=True)
class Rearrangement:
    """What a pattern does to the tensors of one shape, step by step.

    Args:
        shape: What comes out.
        split: For each axis, the batch first, the sizes of the axes that it is made of; -1 for one
            that follows from the others. An axis of size 1 that goes has none.
        order: The axes as they stand after that, in their new order.
        repeated: Place and size of each new axis, in rising order.
        joined: For each axis that comes out, how many of these it is made of; 0 for a new axis of
            size 1.
    """

    shape: Shape
    split: tuple[tuple[int, ...], ...]
    order: tuple[int, ...]
    repeated: tuple[tuple[int, int], ...]
    joined: tuple[int, ...]

    def is_view(self, shape: Shape) -> bool:
        """Whether tensors of this shape, lying as in `nasvid.graph.layout`, pass without a copy."""
        ends = [0, *accumulate(map(len, self.split))]
        parts = [list(range(*pair)) for pair in pairwise(ends)]
        lengths: dict[Hashable, int] = {}
        for part, sizes, whole in zip(parts, self.split, (0, *shape.tensor_sizes), strict=True):
            known = prod(size for size in sizes if size > 0)
            # The batch alone has no known size.
            filled = (size if size > 0 else whole // known or 2 for size in sizes)
            lengths.update(zip(part, filled, strict=True))
        if shape.is_clip:
            parts.append(parts.pop(1))
        memory: list[Hashable] = [axis for part in parts for axis in part]
        stands: list[Hashable] = list(self.order)
        for place, size in self.repeated:
            new = f"new {place}"
            stands.insert(place, new)
            lengths[new] = size
            # What is repeated is no neighbour of anything in memory.
            memory += ["gap", new]
        ends = [0, *accumulate(self.joined)]
        return is_view(memory, lengths, [stands[start:end] for start, end in pairwise(ends)])


@lru_cache(maxsize=1_000)
def parse_pattern(text: str) -> Pattern:
    """Read a pattern.

    Raises:
        ShapeError: The text is not a pattern.
    Example:
        >>> str(parse_pattern("C T H W -> (B T) C (H W)"))
        'B C T H W -> (B T) (H W) C'
    """
    if len(text) > _MAX_LENGTH:
        short = f"{text[:40]}..."
        raise _wrong(short, f"it has {len(text)} characters; at most {_MAX_LENGTH} are accepted.")
    found = _TOKEN.findall(text)
    if found.count("->") != 1:
        raise _wrong(text, f"a pattern has two sides around '->', {_EXAMPLE}.")
    middle = found.index("->")
    left = _parse_side(found[:middle], text)
    right = _parse_side(found[middle + 1 :], text)
    return Pattern(left, right)


def _parse_side(found: Sequence[str], text: str) -> Side:
    roles: dict[str, Names] = {}
    items = _items(found, text)
    names = [name for _, group in items for name in group]
    for name in names:
        if names.count(name) > 1:
            raise _wrong(text, f"axis {name!r} stands twice on one side.")
    for is_group, group in items:
        role = _role(group, is_group=is_group, text=text)
        if role in roles:
            raise _wrong(text, "a side has one axis of tokens at most; got two.")
        if role == "B" and roles:
            raise _wrong(text, "B stands first, alone or in front in brackets, '(B T)'.")
        roles[role] = group
    if "C" not in roles:
        raise _wrong(text, "each side names the channels C.")
    clip = tuple((axis, roles[axis]) for axis in _CLIP if axis in roles)
    if clip and "N" in roles:
        raise _wrong(text, "a side has the axes of a clip or tokens, not both.")
    return Side(roles.get("B", ("B",))[1:], roles["C"], clip, roles.get("N", ()))


def _role(group: Names, *, is_group: bool, text: str) -> str:
    """The axis of a shape that the item stands for: B, C, T, H, W, or N for tokens."""
    if "B" in group:
        if group[0] != "B":
            raise _wrong(text, "B stands first, alone or in front in brackets, '(B T)'.")
        return "B"
    if "C" in group:
        return "C"
    if not is_group:
        if group[0] not in (*_CLIP, "N"):
            raise _wrong(text, f"axis {group[0]!r} stands in brackets alone, such as '(heads C)'.")
        return group[0]
    axis = next((name for name in group if name in _CLIP), "")
    return axis if sorted(group) == [axis, axis.lower()] else "N"


def _items(found: Sequence[str], text: str) -> list[tuple[bool, Names]]:
    items: list[tuple[bool, Names]] = []
    group: list[str] | None = None
    for token in found:
        if token == "(" and group is None:
            group = []
        elif token == ")" and group:
            items.append((True, tuple(group)))
            group = None
        elif token not in AXES:
            raise _wrong(text, f"got {token!r}; the axes are {', '.join(AXES)}, {_EXAMPLE}.")
        elif group is None:
            items.append((False, (token,)))
        else:
            group.append(token)
    if group is not None:
        raise _wrong(text, "a bracket is not closed.")
    return items


def _joined(names: Names) -> str:
    return names[0] if len(names) == 1 else f"({' '.join(names)})"


def _wrong(text: str, message: str) -> ShapeError:
    return ShapeError(f"parameter 'pattern': got {text!r}; {message}")


def rearrange(pattern: Pattern, shape: Shape, given: Mapping[str, int]) -> Rearrangement:
    """What the pattern does to tensors of this shape.

    Args:
        pattern: The pattern.
        shape: What comes in.
        given: Axis to size, where one cannot be told from the input.

    Raises:
        ShapeError: The pattern does not fit the shape.
    """
    left, right = pattern.left, pattern.right
    for name in given:
        if name not in (*left.names, *right.names):
            raise ShapeError(f"got a size for axis {name!r}, which {str(pattern)!r} does not have.")
    outer, sizes = _sizes(pattern, shape, given)
    lost = [name for name in left.names if name not in right.names and sizes[name] > 1]
    if lost:
        raise ShapeError(
            f"{str(pattern)!r} leaves out axis {lost[0]!r}, which has size {sizes[lost[0]]}; only "
            "an axis of size 1 can go."
        )
    for name in right.names:
        if name not in sizes and name not in given and name != "N":
            raise ShapeError(f"axis {name!r} of {str(pattern)!r} needs a size.")
        sizes.setdefault(name, given.get(name, 1))
    doubled = [name for name, _ in outer if name in right.batch]
    if doubled:
        raise ShapeError(f"axis {doubled[0]!r} is folded into the batch already.")
    return _steps(pattern, given, sizes, _shape(right, outer, sizes), shape)


def _sizes(
    pattern: Pattern, shape: Shape, given: Mapping[str, int]
) -> tuple[tuple[tuple[str, int], ...], dict[str, int]]:
    """The folded axes that the pattern leaves alone, and the sizes of those on its left."""
    left = pattern.left
    start = len(shape.folded) - len(left.batch)
    mentioned = shape.folded[max(0, start) :]
    if tuple(name for name, _ in mentioned) != left.batch:
        listed = " ".join(name for name, _ in shape.folded) or "nothing"
        raise ShapeError(f"{str(pattern)!r} does not fit an input with {listed} folded in.")
    sizes: dict[str, int] = {}
    for name, size in mentioned:
        sizes |= _split((name,), size, given, pattern)
    sizes |= _split(left.channels, shape.channels, given, pattern)
    fits = shape.is_tokens if left.tokens else not shape.is_tokens
    fits = fits and (shape.is_clip or not left.clip)
    clip = dict(left.clip)
    unnamed = [a for a in _CLIP if a not in clip and shape.axis(a) > 1]
    if not fits or unnamed:
        raise ShapeError(
            f"{str(pattern)!r} does not fit {''.join(shape.axes)} {shape}; its left side names all "
            "axes of the input."
        )
    if left.tokens:
        sizes |= _split(left.tokens, shape.axis("N"), given, pattern)
    for axis, names in left.clip:
        sizes |= _split(names, shape.axis(axis), given, pattern)
    return shape.folded[:start], sizes


def _split(names: Names, size: int, given: Mapping[str, int], pattern: Pattern) -> dict[str, int]:
    """The size of each of the axes of which one axis is made."""
    unknown = [name for name in names if name not in given]
    known = prod(given[name] for name in names if name in given)
    if len(unknown) > 1:
        raise ShapeError(
            f"{_joined(names)} of {str(pattern)!r}: needs the sizes of all axes but one; got none "
            f"for {' and '.join(unknown)}."
        )
    if size % known or (not unknown and size != known):
        listed = " x ".join(f"{given[name]}" for name in names if name in given)
        raise ShapeError(f"{_joined(names)} of {str(pattern)!r}: {listed} does not make {size}.")
    return {name: given.get(name, size // known) for name in names}


def _shape(right: Side, outer: tuple[tuple[str, int], ...], sizes: Mapping[str, int]) -> Shape:
    def total(names: Names) -> int:
        return prod(sizes[name] for name in names)

    folded = (*outer, *((name, sizes[name]) for name in right.batch))
    channels = total(right.channels)
    if right.tokens:
        return Shape(TOKEN_AXES, (channels, total(right.tokens)), folded)
    if right.clip:
        clip = dict(right.clip)
        return Shape(CLIP_AXES, (channels, *(total(clip.get(a, ())) for a in _CLIP)), folded)
    return Shape(("C",), (channels,), folded)


def _steps(
    pattern: Pattern, given: Mapping[str, int], sizes: Mapping[str, int], out: Shape, shape: Shape
) -> Rearrangement:
    left, right = pattern.left, pattern.right
    kept = [name for name in left.names if name in right.names]
    inner = [name for name in right.names if name in kept]
    before = _axes(left, shape)
    batch = (-1, *(sizes[name] for name in left.batch if name in kept))
    split = [_inferred([n for n in names if n in kept], given, sizes) for names in before]
    joined = (1 + len(right.batch), *(len(names) for names in _axes(right, out)))
    return Rearrangement(
        out,
        (batch, *split),
        (0, *(1 + kept.index(name) for name in inner)),
        tuple((1 + k, sizes[name]) for k, name in enumerate(right.names) if name not in kept),
        joined,
    )


def _axes(side: Side, shape: Shape) -> tuple[Names, ...]:
    """The elementary axes of each axis of a tensor behind the batch."""
    if not shape.is_clip:
        return side.groups
    clip = dict(side.clip)
    return side.channels, *(clip.get(axis, ()) for axis in _CLIP)


def _inferred(
    names: Sequence[str], given: Mapping[str, int], sizes: Mapping[str, int]
) -> tuple[int, ...]:
    """The sizes, with -1 for one that was not given, or for the first."""
    free = next((name for name in names if name not in given), names[0] if names else "")
    return tuple(-1 if name == free else sizes[name] for name in names)
