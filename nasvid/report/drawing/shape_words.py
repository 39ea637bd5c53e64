"""How shapes read in pictures, and by what they change from one to the next."""

from collections.abc import Mapping, Sequence
from math import prod

from nasvid.core.shapes import Shape
from nasvid.report.drawing.wording import OVER, SQUARED, TIMES, range_text


def shape_text(shape: Shape) -> str:
    """Frames x height and width x channels.

    Example:
        >>> shape_text(Shape.clip(64, 8, 56, 56)), shape_text(Shape.clip(64, 8, 40, 56))
        ('8 × 56² × 64', '8 × 40×56 × 64')
        >>> shape_text(Shape.tokens(96, 197).fold(T=8)), shape_text(Shape.vector(400))
        ('8 × 197 tokens × 96', '400')
    """
    parts = [str(size) for _, size in shape.folded]
    if shape.is_clip:
        # A clip that is folded over T holds one frame at each of its positions.
        if shape.frames > 1 or not parts:
            parts.append(str(shape.frames))
        parts.append(size_text(shape.height, shape.width))
    elif shape.is_tokens:
        parts.append("1 token" if shape.axis("N") == 1 else f"{shape.axis('N')} tokens")
    elif len(shape.axes) > 1:
        parts += [
            str(size) for axis, size in zip(shape.axes, shape.sizes, strict=True) if axis != "C"
        ]
    return f" {TIMES} ".join([*parts, str(shape.channels)])


def size_text(height: int | str, width: int | str) -> str:
    """Height and width.

    Example:
        >>> size_text(56, 56), size_text(40, 56)
        ('56²', '40×56')
    """
    return f"{height}{SQUARED}" if height == width else f"{height}{TIMES}{width}"


def frames_of(shape: Shape) -> int:
    """Frames along time, be it an axis or folded; 0 where there is no time any more."""
    folded = [size for name, size in shape.folded if name == "T"]
    if "T" not in shape.axes and not folded:
        return 0
    return shape.frames * prod(folded)


def step_factors(before: Shape, after: Shape) -> dict[str, int]:
    """Axis to the factor by which it shrinks, or grows if that is negative; 1 for neither.

    Axes that are not there on both sides are left out.

    Example:
        >>> step_factors(Shape.clip(3, 32, 224, 224), Shape.clip(64, 16, 56, 56))
        {'T': 2, 'HW': 4}
        >>> step_factors(Shape.clip(3, 8, 7, 7), Shape.vector(3))
        {}
    """
    found: dict[str, int] = {}
    if frames_of(before) and frames_of(after):
        found["T"] = _factor(frames_of(before), frames_of(after))
    if before.is_clip and after.is_clip:
        height = _factor(before.height, after.height)
        width = _factor(before.width, after.width)
        found |= {"HW": height} if height == width else {"H": height, "W": width}
    # A single token is one that was picked out.
    is_row = before.is_tokens and after.is_tokens and before.folded == after.folded
    if is_row and min(before.axis("N"), after.axis("N")) > 1:
        found["N"] = _factor(before.axis("N"), after.axis("N"))
    return found


def _factor(before: int, after: int) -> int:
    # Odd sizes are halved to the next whole number, which is a half all the same; a class token
    # more or less is no change of size.
    return round(before / after) if before >= after else -round(after / before)


def step_texts(seen: Sequence[Mapping[str, int]]) -> tuple[str, ...]:
    """Where time, space or the number of tokens changes by a factor, in some of these at least.

    Example:
        >>> step_texts([{"T": 1, "HW": 2}]), step_texts([{"T": 1}, {"T": 4}]), step_texts([{"T": -2}])
        (('HW ÷2',), ('T ÷1–4',), ('T ×2',))
    """
    texts: list[str] = []
    for axis in dict.fromkeys(axis for factors in seen for axis in factors):
        # No change is the same whichever way it is counted.
        found = sorted({1 if f == -1 else f for factors in seen if (f := factors.get(axis))})
        low, high = found[0], found[-1]
        if low == high == 1:
            continue
        sign = OVER if high > 1 else TIMES
        sizes = sorted({max(1, factor if sign == OVER else -factor) for factor in found})
        texts.append(f"{axis} {sign}{range_text(sizes)}")
    return tuple(texts)
