"""Inflated temporal mixture kernels."""

import numpy as np
import torch

from nasvid.core.costs import Cost
from nasvid.core.shapes import Shape
from nasvid.graph.primitive import make_primitive
from nasvid.modules.leaf import Layer, leaf_of
from nasvid.modules.primitives.tgm_conv import MixtureConv3d

CLIP = Shape.clip(5, 8, 6, 6)


def layer(length: int) -> MixtureConv3d:
    torch.manual_seed(0)
    leaf = leaf_of(make_primitive("tgm_conv", {"out": 7, "kernel": (length, 3, 3)}), CLIP)
    assert isinstance(leaf, Layer)
    made = leaf.make()
    assert isinstance(made, MixtureConv3d)
    return made


def test_the_number_of_weights_does_not_grow_with_the_length() -> None:
    # Kernel, four shares for each pair of channels, centre and width of four curves.
    costs = [
        make_primitive("tgm_conv", {"out": 256, "kernel": (length, 3, 3)}).cost(
            Shape.clip(128, 16, 14, 14)
        )
        for length in (3, 11)
    ]
    expected = 3 * 3 * 128 * 256 + 4 * 128 * 256 + 8
    assert [cost.params for cost in costs] == [expected, expected]
    assert costs[1].macs == 11 * 3 * 3 * 128 * 256 * 16 * 14 * 14


def test_a_kernel_of_one_frame_is_a_plain_2d_kernel() -> None:
    cost = make_primitive("tgm_conv", {"out": 7, "kernel": (1, 3, 3)}).cost(CLIP)
    assert cost == Cost(macs=5 * 7 * 9 * 8 * 36, params=5 * 7 * 9)
    assert list(layer(1).state_dict()) == ["weight"]


def test_the_kernel_is_that_of_the_released_layer() -> None:
    made = layer(5)
    center, gamma, mixture, weight = (
        tensor.detach().double().numpy()
        for tensor in (made.center, made.width, made.mixture, made.weight)
    )
    expected = np.zeros((7, 5, 5, 3, 3))
    for m in range(4):
        middle = (5 - 1) * (np.tanh(center[m]) + 1) / 2
        width = np.exp(1.5 - 2 * abs(np.tanh(gamma[m])))
        curve = 1 / (np.pi * width * ((np.arange(5) - middle) / width) ** 2 + 1)
        curve /= curve.sum() + 1e-6
        share = np.exp(mixture[:, :, m]) / np.exp(mixture).sum(axis=2)
        expected += weight * (share[:, :, None] * curve)[..., None, None]
    np.testing.assert_allclose(made.kernel().detach().numpy(), expected, rtol=1e-5, atol=1e-7)


def test_curves_sum_to_one_so_that_equal_frames_see_the_2d_kernel() -> None:
    made = layer(9)
    torch.testing.assert_close(made.curves().sum(dim=1), torch.ones(4))
    summed = made.kernel().sum(dim=2, keepdim=True)
    torch.testing.assert_close(summed, made.weight.detach(), rtol=1e-4, atol=1e-6)
