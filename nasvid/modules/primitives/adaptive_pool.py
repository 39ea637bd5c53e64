"""Pooling to a given size, in torch."""

from torch import nn

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.adaptive_pool import AdaptivePool
from nasvid.modules.leaf import Layer


def leaf(op: AdaptivePool, *inputs: Shape) -> Layer:
    """`nn.AdaptiveAvgPool3d` or `nn.AdaptiveMaxPool3d`."""
    del inputs
    factory = nn.AdaptiveAvgPool3d if op.kind == "avg" else nn.AdaptiveMaxPool3d
    return Layer(factory, {"output_size": (op.frames, op.height, op.width)})
