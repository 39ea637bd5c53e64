"""Flow by iterations."""

from itertools import pairwise

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.representation_flow import RepresentationFlow
from nasvid.modules.primitives.representation_flow import FlowIterations


def flow_of(x: Tensor, iterations: int = 20) -> Tensor:
    return FlowIterations(iterations, theta=0.3, data_weight=0.15, tau=0.25)(x)


def filtered(x: Tensor, kernel: list[float], axis: str, before: int, after: int) -> Tensor:
    weight = torch.tensor(kernel, dtype=x.dtype)
    if axis == "x":
        return F.conv2d(F.pad(x, (before, after)), weight.view(1, 1, 1, -1))
    return F.conv2d(F.pad(x, (0, 0, before, after)), weight.view(1, 1, -1, 1))


def textbook_flow(first: Tensor, second: Tensor, iterations: int) -> Tensor:
    """TV-L1 of one pair as algorithms are written down: three cases, differences as filters."""
    gradient = [filtered(second, [-0.5, 0, 0.5], axis, 1, 1) for axis in "xy"]
    square = gradient[0] ** 2 + gradient[1] ** 2 + 1e-12
    limit, ratio = 0.15 * 0.3, 0.25 / 0.3
    flow = [torch.zeros_like(first) for _ in "xy"]
    duals = [[torch.zeros_like(first) for _ in "xy"] for _ in "xy"]
    for _ in range(iterations):
        rho = second - first + gradient[0] * flow[0] + gradient[1] * flow[1]
        moved = []
        for u, g in zip(flow, gradient, strict=True):
            middle = u - rho / square * g
            v = torch.where(rho < -limit * square, u + limit * g, middle)
            moved.append(torch.where(rho > limit * square, u - limit * g, v))
        for k in range(2):
            # Backward differences, with the last column and row of the dual field left out.
            px, py = (
                F.pad(duals[k][0][..., :-1], (0, 1)),
                F.pad(duals[k][1][..., :-1, :], (0, 0, 0, 1)),
            )
            divergence = filtered(px, [-1, 1], "x", 1, 0) + filtered(py, [-1, 1], "y", 1, 0)
            flow[k] = moved[k] + 0.3 * divergence
            ux = filtered(flow[k], [-1, 1], "x", 0, 1)
            uy = filtered(flow[k], [-1, 1], "y", 0, 1)
            norm = 1 + ratio * torch.sqrt(ux**2 + uy**2 + 1e-12)
            duals[k] = [(duals[k][0] + ratio * ux) / norm, (duals[k][1] + ratio * uy) / norm]
    return torch.cat(flow, dim=1)


def test_the_flow_is_that_of_the_textbook() -> None:
    generator = torch.Generator().manual_seed(0)
    x = torch.rand(1, 1, 2, 9, 7, generator=generator, dtype=torch.float64)
    scaled = 255 * (x - x.min()) / (x.max() - x.min())
    expected = textbook_flow(scaled[:, :, 0], scaled[:, :, 1], iterations=15)
    torch.testing.assert_close(flow_of(x, iterations=15)[:, :, 0], expected)


@pytest.mark.parametrize("iterations", [1, 15])
def test_the_differences_of_the_textbook_are_as_many_multiply_adds_as_it_says(
    iterations: int,
) -> None:
    op = RepresentationFlow(iterations=iterations)
    pairs = torch.rand(2, 3, 1, 9, 7)
    with FlopCounterMode(display=False) as counter:
        for first, second in pairwise(pairs.unbind(1)):
            textbook_flow(first, second, iterations)
    assert counter.get_total_flops() == 2 * 2 * op.filter_macs(Shape.clip(3, 3, 9, 7))


@pytest.mark.parametrize(("axis", "channel"), [(4, 0), (3, 1)])
@pytest.mark.parametrize("step", [1, -1])
def test_a_pattern_that_moves_gives_flow_along_its_way(axis: int, channel: int, step: int) -> None:
    place = torch.arange(24.0)
    blob = torch.exp(-((place[:, None] - 12) ** 2 + (place - 12) ** 2) / 18)[None, None, None]
    x = torch.cat([torch.roll(blob, t * step, dims=axis) for t in range(3)], dim=2)
    flow = flow_of(x, iterations=80)[0, :, 0]
    along, across = flow[channel, 9:16, 9:16], flow[1 - channel, 9:16, 9:16]
    assert (along * step).mean() > 0.5
    assert across.mean().abs() < 0.05


def test_the_last_flow_stands_twice() -> None:
    flow = flow_of(torch.rand(2, 3, 4, 6, 6))
    assert flow.shape == (2, 2, 4, 6, 6)
    assert torch.equal(flow[:, :, -1], flow[:, :, -2])


def test_a_clip_does_not_depend_on_others_in_its_batch_nor_on_its_brightness() -> None:
    x = torch.rand(2, 3, 3, 6, 6, dtype=torch.float64)
    both = flow_of(x * torch.tensor([1.0, 50.0]).view(2, 1, 1, 1, 1))
    torch.testing.assert_close(both[1:], flow_of(x[1:]))


def test_an_empty_clip_has_no_flow() -> None:
    assert not flow_of(torch.ones(1, 3, 3, 5, 5)).any()
