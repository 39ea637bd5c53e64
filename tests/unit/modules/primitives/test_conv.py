"""Convolutions that look back in time only, and those that make clips larger."""

from typing import Any

import pytest
import torch

from nasvid.core.shapes import Shape
from nasvid.graph.primitive import make_primitive
from nasvid.modules.leaf import Layer, leaf_of


@pytest.mark.parametrize("padding", ["half", "ceil", (2, 1, 1)])
@pytest.mark.parametrize("stride", [1, 2])
def test_a_causal_convolution_sees_no_later_frame(padding: Any, stride: int) -> None:
    clip = Shape.clip(2, 7, 4, 4)
    parameters = {"out": 3, "kernel": 3, "stride": (stride, 1, 1), "dilation": (2, 1, 1)}
    op = make_primitive("conv", parameters | {"padding": padding, "causal": True})
    leaf = leaf_of(op, clip)
    assert isinstance(leaf, Layer)
    conv = leaf.make()
    x = torch.randn(1, *clip.sizes)
    later = x.clone()
    later[:, :, 5:] += 1
    same = (conv(x) == conv(later)).flatten(3).all(dim=3)[0, 0]
    # Output frame t stands at input frame t * stride.
    assert same[: 4 // stride + 1].all()
    assert not same.all()


def test_an_even_causal_kernel_keeps_the_number_of_frames() -> None:
    clip = Shape.clip(2, 7, 4, 4)
    op = make_primitive("conv", {"out": 3, "kernel": (4, 1, 1), "causal": True})
    assert op.output_shape(clip).frames == 7


@pytest.mark.parametrize(("kernel", "stride"), [(1, 3), (2, 2), (3, 2), (4, 2), (5, 3), (3, 1)])
def test_a_transposed_convolution_multiplies_every_size_by_its_stride(
    kernel: int, stride: int
) -> None:
    op = make_primitive("conv_transposed", {"out": 4, "kernel": kernel, "stride": stride})
    clip = Shape.clip(2, 3, 4, 5)
    assert str(op.output_shape(clip)) == f"4x{3 * stride}x{4 * stride}x{5 * stride}"
    leaf = leaf_of(op, clip)
    assert isinstance(leaf, Layer)
    assert leaf.make()(torch.zeros(1, *clip.sizes)).shape[1:] == op.output_shape(clip).sizes
