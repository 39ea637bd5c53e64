"""Batch normalisation in torch."""

from torch import nn

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.batch_norm import BatchNorm
from nasvid.modules.leaf import Layer


def leaf(op: BatchNorm, *inputs: Shape) -> Layer:
    """`nn.BatchNorm3d` for a clip, `nn.BatchNorm1d` for a vector."""
    factory = nn.BatchNorm3d if inputs[0].is_clip else nn.BatchNorm1d
    return Layer(
        factory, {"num_features": inputs[0].channels, "eps": op.eps, "momentum": op.momentum}
    )
