"""Which clips a step sees."""

import numpy as np
import torch

from nasvid.core.recipes import Recipe
from nasvid.core.streams import Stream
from nasvid.training.batches import mirror, training_batches, training_videos
from tests.unit.training.colours import STREAM, colour_clips

FLOW = Stream("flow", 2, 4, 1, 8, (0.0, 0.0), (1.0, 1.0))


def _bytes(seed: int, epoch: int, recipe: Recipe | None = None) -> list[bytes]:
    clips = colour_clips()
    recipe = recipe or Recipe(batch_size=8)
    batches = training_batches(clips, np.arange(len(clips)), recipe, seed, epoch)
    return [x["clip"].numpy().tobytes() for x, _ in batches]


def test_batches_depend_on_seed_and_epoch_alone() -> None:
    torch.rand(3)
    first = _bytes(seed=1, epoch=0)
    torch.rand(5)
    assert _bytes(seed=1, epoch=0) == first
    assert _bytes(seed=1, epoch=1) != first
    assert _bytes(seed=2, epoch=0) != first


def test_an_epoch_shows_every_video_once() -> None:
    clips = colour_clips(24)
    batches = training_batches(clips, np.arange(24), Recipe(batch_size=8), 0, 0)
    labels = torch.cat([labels_B for _, labels_B in batches])
    assert labels.bincount().tolist() == [8, 8, 8]


def test_an_incomplete_batch_is_left_out_unless_it_is_the_only_one() -> None:
    clips = colour_clips(20)
    sizes = [
        [len(labels_B) for _, labels_B in training_batches(clips, np.arange(n), Recipe(), 0, 0)]
        for n in (20, 10)
    ]
    assert sizes == [[16], [10]]


def test_a_subset_is_balanced_and_the_same_for_all() -> None:
    clips = colour_clips(48)
    videos = training_videos(clips, Recipe(train_clips=9))
    assert np.bincount(clips.labels[videos]).tolist() == [3, 3, 3]
    assert training_videos(clips, Recipe(train_clips=9)).tolist() == videos.tolist()


def test_mirroring_swaps_left_and_right_in_the_chosen_clips_only() -> None:
    x_BCTHW = torch.arange(8, dtype=torch.uint8).expand(2, 3, 4, 8, 8).clone()
    mirror({"rgb": x_BCTHW}, {"rgb": STREAM}, torch.tensor([True, False]))
    assert x_BCTHW[0, 0, 0, 0].tolist() == [7, 6, 5, 4, 3, 2, 1, 0]
    assert x_BCTHW[1, 2, 3, 7].tolist() == [0, 1, 2, 3, 4, 5, 6, 7]


def test_mirrored_flow_points_the_other_way_along_the_width_alone() -> None:
    x_BCTHW = torch.full((1, 2, 1, 1, 3), 128, dtype=torch.uint8)
    x_BCTHW[0, :, 0, 0] = torch.tensor([1, 128, 158], dtype=torch.uint8)
    mirror({"flow": x_BCTHW}, {"flow": FLOW}, torch.tensor([True]))
    assert x_BCTHW[0, 0, 0, 0].tolist() == [98, 128, 255]
    assert x_BCTHW[0, 1, 0, 0].tolist() == [158, 128, 1]


def test_a_recipe_with_flip_mirrors_some_clips() -> None:
    assert _bytes(0, 0, Recipe(batch_size=8, flip=True)) != _bytes(0, 0, Recipe(batch_size=8))
