"""Gaussian error linear unit in torch."""

from functools import partial

import torch.nn.functional as F

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.gelu import Gelu
from nasvid.modules.leaf import Operation


def leaf(op: Gelu, *inputs: Shape) -> Operation:
    """`F.gelu`."""
    del inputs
    if op.approximate == "none":
        return Operation(F.gelu, "F.gelu({0})")
    function = partial(F.gelu, approximate=op.approximate)
    return Operation(function, f'F.gelu({{0}}, approximate="{op.approximate}")')
