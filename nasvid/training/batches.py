"""Which clips a step of training sees; depends on the seed and the epoch alone."""

from collections.abc import Iterator, Mapping

import numpy as np
import torch
from torch import Tensor

from nasvid.core.recipes import Recipe
from nasvid.core.seeds import keyed_seed
from nasvid.core.streams import Stream
from nasvid.data.clips import ClipData
from nasvid.data.subset import balanced_subset

# The subset of a recipe is part of the task, the same for all candidates and all seeds.
SUBSET_SEED = 0


def training_videos(clips: ClipData, recipe: Recipe) -> np.ndarray:
    """Numbers of the videos that the recipe trains on: all, or a class-balanced subset."""
    return balanced_subset(clips.labels, recipe.train_clips, SUBSET_SEED)


def num_batches(num_videos: int, batch_size: int) -> int:
    """Batches of an epoch; an incomplete one counts only where there is no other.

    Example:
        >>> num_batches(33, 16), num_batches(5, 16)
        (2, 1)
    """
    return max(1, num_videos // batch_size)


def training_batches(
    clips: ClipData, videos: np.ndarray, recipe: Recipe, seed: int, epoch: int
) -> Iterator[tuple[dict[str, Tensor], Tensor]]:
    """The batches of an epoch as `ClipData.batch` gives them, in an order drawn anew.

    Args:
        clips: The training split.
        videos: Numbers of the videos to draw from.
        recipe: Gives the batch size and whether clips are mirrored.
        seed: Of the training run.
        epoch: From 0.
    """
    order = videos[torch.randperm(len(videos), generator=_generator(seed, "order", epoch)).numpy()]
    centres_generator = _generator(seed, "centres", epoch)
    mirror_generator = _generator(seed, "mirror", epoch)
    for batch in range(num_batches(len(videos), recipe.batch_size)):
        chosen = order[batch * recipe.batch_size : (batch + 1) * recipe.batch_size]
        x, labels_B = clips.batch(chosen, clips.random_centres(chosen, centres_generator))
        if recipe.flip:
            mirror(x, clips.streams, torch.rand(len(chosen), generator=mirror_generator) < 0.5)
        yield x, labels_B


def mirror(x: dict[str, Tensor], streams: Mapping[str, Stream], which_B: Tensor) -> None:
    """Swap left and right in some clips of a batch, in place.

    The horizontal displacement of a flow changes its sign with it.

    Args:
        x: By stream uint8 clips, shape (B, C, T, H, W).
        streams: By the same names.
        which_B: Whether to mirror each clip, boolean, shape (B,).
    """
    for name, clips_BCTHW in x.items():
        mirrored = clips_BCTHW[which_B].flip(-1)
        if streams[name].modality == "flow":
            # A displacement of 0 is the byte 128, so the opposite of b is 256 - b, in bytes -b.
            mirrored[:, 0] = -mirrored[:, 0]
        clips_BCTHW[which_B] = mirrored


def _generator(seed: int, purpose: str, epoch: int) -> torch.Generator:
    return torch.Generator().manual_seed(keyed_seed(seed, purpose, epoch))
