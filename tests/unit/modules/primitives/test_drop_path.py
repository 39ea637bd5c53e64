"""Whole paths left out at random."""

import torch

from nasvid.modules.primitives.drop_path import StochasticDepth


def test_a_clip_is_dropped_as_a_whole_and_the_mean_is_kept() -> None:
    torch.manual_seed(0)
    out = StochasticDepth(0.25).train()(torch.ones(4000, 2, 1, 2, 2)).flatten(1)
    assert (out == out[:, :1]).all()
    assert set(out.unique().tolist()) == {0.0, torch.tensor(1 / 0.75).item()}
    assert abs(out.mean().item() - 1) < 0.03


def test_nothing_is_dropped_outside_of_training() -> None:
    x = torch.randn(3, 2, 1, 2, 2)
    assert StochasticDepth(0.9).eval()(x) is x
