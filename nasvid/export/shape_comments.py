"""Shapes for the comments of a class that serves instances of several sizes."""

from nasvid.core.shapes import Shape
from nasvid.export.unify import Definition

_FACTORS = (2, 3, 4, 8, 16)


def shape_comment(definition: Definition, ref: str) -> str:
    """The shape of a value, such as `(B, 64, T, H/2, W/2)`; empty where instances have other axes.

    A size that all instances share is a number. Else it is the constructor parameter that holds
    it, or the letter of the axis as it comes into the class, divided where it shrinks in all of
    them alike; a prime marks a size that is neither. Axes folded into the batch multiply B.
    """
    shapes = [body.shape_of[ref] for body in definition.bodies]
    axes = shapes[0].axes
    if any(shape.axes != axes for shape in shapes):
        return ""
    entries = [body.inputs[0].shape for body in definition.bodies]
    # The channels of tokens stand last.
    order = axes[::-1] if shapes[0].is_tokens else axes
    sizes = [_size(definition, axis, shapes, entries) for axis in order]
    return f"({', '.join([_batch(shapes), *sizes])})"


def _batch(shapes: list[Shape]) -> str:
    factors = {shape.num_folded for shape in shapes}
    if factors == {1}:
        return "B"
    return f"B*{factors.pop()}" if len(factors) == 1 else "B'"


def _size(definition: Definition, axis: str, shapes: list[Shape], entries: list[Shape]) -> str:
    column = tuple(shape.axis(axis) for shape in shapes)
    if len(set(column)) == 1:
        return str(column[0])
    if axis == "C":
        for parameter in definition.parameters:
            if parameter.is_width and parameter.values == column:
                return parameter.name
    entry = [shape.axis(axis) for shape in entries]
    if column == tuple(entry):
        return axis
    for factor in _FACTORS:
        if column == tuple(-(-size // factor) for size in entry):
            return f"{axis}/{factor}"
    return f"{axis}'"
