"""The same elements under other axes, in torch."""

from functools import partial
from typing import Any

from torch import Tensor

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.rearrange import Rearrange
from nasvid.graph.rearrangement import Rearrangement
from nasvid.modules.leaf import Operation

# A method of a tensor with its arguments.
Call = tuple[str, tuple[Any, ...]]


def rearranged(x: Tensor, calls: tuple[Call, ...]) -> Tensor:
    """What comes of one method after the other."""
    for method, arguments in calls:
        x = getattr(x, method)(*arguments)
    return x


def leaf(op: Rearrange, *inputs: Shape) -> Operation:
    """`unflatten`, `permute`, `expand` and `flatten`, as far as they are needed."""
    steps = op.apply(inputs[0])
    calls = (*_split(steps), *_moved(steps), *_joined(steps))
    text = "".join(f".{method}({', '.join(map(str, given))})" for method, given in calls)
    return Operation(partial(rearranged, calls=calls), "{0}" + text)


def _split(steps: Rearrangement) -> list[Call]:
    calls: list[Call] = []
    # From the last axis on, so that those before it keep their numbers.
    for axis, sizes in reversed([*enumerate(steps.split)]):
        if not sizes:
            calls.append(("squeeze", (axis,)))
        elif len(sizes) > 1:
            calls.append(("unflatten", (axis, sizes)))
    return calls


def _moved(steps: Rearrangement) -> list[Call]:
    calls: list[Call] = []
    if steps.order != tuple(range(len(steps.order))):
        calls.append(("permute", steps.order))
    calls += [("unsqueeze", (axis,)) for axis, _ in steps.repeated]
    new = dict(steps.repeated)
    if any(size > 1 for size in new.values()):
        axes = range(len(steps.order) + len(new))
        calls.append(("expand", tuple(new.get(axis, -1) for axis in axes)))
    return calls


def _joined(steps: Rearrangement) -> list[Call]:
    calls: list[Call] = []
    end = sum(steps.joined)
    for count in reversed(steps.joined):
        start = end - count
        if count == 0:
            calls.append(("unsqueeze", (start,)))
        elif count > 1:
            calls.append(("flatten", (start, end - 1)))
        end = start
    return calls
