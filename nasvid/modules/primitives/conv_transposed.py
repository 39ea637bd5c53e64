"""Transposed convolution in torch."""

from torch import nn

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.conv_transposed import ConvTransposed
from nasvid.modules.leaf import Layer


def leaf(op: ConvTransposed, *inputs: Shape) -> Layer:
    """`nn.ConvTranspose3d`."""
    return Layer(
        nn.ConvTranspose3d,
        {
            "in_channels": inputs[0].channels,
            "out_channels": op.out,
            "kernel_size": op.kernel,
            "stride": op.stride,
            "padding": op.padding,
            "output_padding": op.output_padding,
            "groups": op.groups,
            "bias": op.bias,
        },
    )
