"""Shares that sum to 1, in torch."""

from functools import partial

import torch
from torch import Tensor

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.softmax import Softmax
from nasvid.modules.leaf import Operation


def softmax_over(x: Tensor, first: int, last: int) -> Tensor:
    """Shares among the elements of neighbouring axes."""
    flat = torch.softmax(x.flatten(first, last), dim=first)
    return flat.unflatten(first, x.shape[first : last + 1])


def leaf(op: Softmax, *inputs: Shape) -> Operation:
    """`torch.softmax`, over axes laid end to end where there are several."""
    # The channels of tokens stand last.
    axes = ("N", "C") if inputs[0].is_tokens else ("C", "T", "H", "W")
    first, last = (axes.index(axis) + 1 for axis in (op.over[0], op.over[-1]))
    if first == last:
        return Operation(partial(torch.softmax, dim=first), f"torch.softmax({{0}}, dim={first})")
    return Operation(
        partial(softmax_over, first=first, last=last),
        f"torch.softmax({{0}}.flatten({first}, {last}), dim={first})"
        f".unflatten({first}, {{0}}.shape[{first}:{last + 1}])",
    )
