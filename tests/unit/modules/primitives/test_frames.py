"""Operations along time, on clips small enough to follow."""

from typing import Any

import torch
from torch import Tensor

from nasvid.core.shapes import Shape
from nasvid.graph.primitive import make_primitive
from nasvid.modules.leaf import Operation, leaf_of


def applied(name: str, x: Tensor, **parameters: Any) -> Tensor:
    leaf = leaf_of(make_primitive(name, parameters), Shape.clip(*x.shape[1:]))
    assert isinstance(leaf, Operation)
    return leaf.function(x)


def clip(*frames: float) -> Tensor:
    """One channel, one pixel."""
    return torch.tensor(frames, dtype=torch.float32).view(1, 1, -1, 1, 1)


def test_a_cumulative_mean_sees_no_later_frame() -> None:
    assert applied("cumulative_pool", clip(1, 3, 8)).flatten().tolist() == [1, 2, 4]


def test_a_cumulative_maximum_never_falls() -> None:
    out = applied("cumulative_pool", clip(1, 5, 2, 7), kind="max")
    assert out.flatten().tolist() == [1, 5, 5, 7]


def test_the_last_frame_difference_stands_twice_or_not_at_all() -> None:
    x = clip(1, 3, 8)
    assert applied("frame_difference", x).flatten().tolist() == [2, 5, 5]
    assert applied("frame_difference", x, last="drop").flatten().tolist() == [2, 5]


def test_frames_are_repeated_in_a_row() -> None:
    assert applied("repeat_frames", clip(1, 2), factor=2).flatten().tolist() == [1, 1, 2, 2]


def test_a_clip_is_resized_to_the_nearest_or_between_its_neighbours() -> None:
    x = clip(0, 4)
    assert applied("resize", x, frames=4).flatten().tolist() == [0, 0, 4, 4]
    assert applied("resize", x, frames=4, kind="linear").flatten().tolist() == [0, 1, 3, 4]


def test_a_softmax_pool_weighs_frames_by_their_own_scores_over_the_root_of_their_number() -> None:
    # Four frames: shares are the softmax of half the scores, 1 : 1 : 1 : 3.
    x = clip(0, 0, 0, 2 * torch.tensor(3.0).log().item())
    torch.testing.assert_close(applied("softmax_pool", x), x[:, :, -1, 0, 0] / 2)


def test_a_softmax_pool_of_equal_frames_changes_nothing() -> None:
    x = torch.randn(2, 5, 1, 3, 3).expand(-1, -1, 7, -1, -1)
    torch.testing.assert_close(applied("softmax_pool", x, keep=True), x[:, :, :1])


def test_a_negative_slice_counts_from_the_end() -> None:
    assert applied("slice", clip(1, 2, 3, 4), axis="T", start=-2).flatten().tolist() == [3, 4]
    assert applied("slice", clip(1, 2, 3, 4), axis="T", stop=-1, step=2).flatten().tolist() == [
        1,
        3,
    ]
