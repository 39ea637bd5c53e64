"""Random zeros while training, in torch."""

from torch import nn

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.dropout import Dropout
from nasvid.modules.leaf import Layer


def leaf(op: Dropout, *inputs: Shape) -> Layer:
    """`nn.Dropout`."""
    del inputs
    return Layer(nn.Dropout, {"p": op.rate})
