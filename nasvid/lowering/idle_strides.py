"""Strides where there is nothing to step over: the frames, or the rows, have run out before."""

from collections.abc import Iterator

from nasvid.core.errors import Problem
from nasvid.graph.ir import FlatNode, Graph, flatten
from nasvid.spec.search_space import SearchSpace

_WORDS = {"T": "frame", "H": "row", "W": "column"}


def idle_strides(space: SearchSpace, graph: Graph) -> tuple[Problem, ...]:
    """The first primitive under each node of the file whose stride finds one element on an axis.

    Args:
        space: The space, which knows where nodes stand.
        graph: One of its members.
    """
    mark_of = {node.name: node.mark for node in space.network.nodes}
    found: dict[tuple[str, str], Problem] = {}
    for node in flatten(graph)[0]:
        top = node.name.partition(".")[0]
        for axis, stride in _idle(node):
            if top in mark_of:
                message = (
                    f"got a stride of {stride} on {axis}, where one {_WORDS[axis]} is left; it does "
                    "nothing. Take smaller strides before, or 1 here."
                )
                found.setdefault((top, axis), Problem(mark_of[top], node.name, message))
    return tuple(found.values())


def _idle(node: FlatNode) -> Iterator[tuple[str, int]]:
    shape = node.input_shapes[0]
    if not shape.is_clip:
        return
    step = getattr(node.op, "step", 1) if node.op.name() == "subsample_frames" else 1
    strides = getattr(node.op, "stride", (step, 1, 1))
    for axis, stride in zip("THW", strides, strict=True):
        if stride > 1 and shape.axis(axis) == 1 and node.shape.axis(axis) == 1:
            yield axis, stride
