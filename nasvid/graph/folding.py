"""Primitives on inputs of which some axes are folded into the batch.

A primitive works on every position of the folded axes apart, as if each were a clip of its own: it
sees shapes without them, comes to the same shape for all, and its cost counts once for each; its
weights are shared.
"""

from collections.abc import Sequence
from dataclasses import replace

from nasvid.core.costs import Cost
from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.kept import Kept
from nasvid.graph.primitive import Primitive


def seen_by(op: Primitive, inputs: Sequence[Shape]) -> tuple[Shape, ...]:
    """The input shapes as the primitive sees them: without folded axes, unless it works on those.

    Raises:
        ShapeError: Different axes are folded.
    """
    if op.sees_folded or not any(shape.folded for shape in inputs):
        return tuple(inputs)
    if any(shape.folded != inputs[0].folded for shape in inputs):
        listed = ", ".join(f"{shape} ({_listed(shape)})" for shape in inputs)
        raise ShapeError(
            f"{op.name()} takes inputs with the same axes folded into the batch; got {listed}. "
            "Use rearrange to fold them alike."
        )
    return tuple(replace(shape, folded=()) for shape in inputs)


def output_shape(op: Primitive, inputs: Sequence[Shape]) -> Shape:
    """Shape that comes out, with what is folded.

    Raises:
        ShapeError: The inputs do not fit.
    """
    shape = op.output_shape(*seen_by(op, inputs))
    if op.sees_folded or not inputs[0].folded:
        return shape
    return replace(shape, folded=inputs[0].folded)


def cost(op: Primitive, inputs: Sequence[Shape], output: Shape) -> Cost:
    """Cost for one clip, over all positions of the folded axes; activations included.

    Args:
        op: The primitive.
        inputs: What comes in.
        output: What comes out.
    """
    each = op.cost(*seen_by(op, inputs))
    times = 1 if op.sees_folded else inputs[0].num_folded
    return Cost(
        each.macs * times,
        each.norm_elements * times,
        each.params,
        each.buffers,
        0 if op.is_view else output.size,
    )


def kept(op: Primitive, inputs: Sequence[Shape]) -> Kept:
    """What autograd keeps of one clip, over all positions of the folded axes."""
    each = op.kept(*seen_by(op, inputs))
    times = 1 if op.sees_folded else inputs[0].num_folded
    if times == 1:
        return each
    return replace(
        each,
        elements=each.elements * times,
        floats=each.floats * times,
        bytes=each.bytes * times,
    )


def _listed(shape: Shape) -> str:
    return " ".join(f"{name} {size}" for name, size in shape.folded) or "nothing folded"
