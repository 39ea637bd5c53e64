"""A part of a split that shows every class equally often."""

from collections.abc import Sequence

import numpy as np

from nasvid.core.seeds import keyed_rng


def balanced_subset(labels: Sequence[int] | np.ndarray, count: int, seed: int) -> np.ndarray:
    """Videos of a class-balanced subset.

    Classes take turns until there are enough videos, each giving its videos in an order drawn from
    the seed. So a smaller subset is part of every larger one.

    Args:
        labels: Class of each video.
        count: Videos wanted; 0, or more than there are, takes all.
        seed: Which videos.
    Returns: int64, numbers of the videos, ascending.
    Example:
        >>> labels = [0, 0, 0, 0, 1, 1]
        >>> [labels[video] for video in balanced_subset(labels, 4, seed=0)]
        [0, 0, 1, 1]
    """
    labels = np.asarray(labels)
    if not 0 < count < len(labels):
        return np.arange(len(labels))
    turns: list[tuple[int, int, int]] = []
    for label in np.unique(labels).tolist():
        videos = np.flatnonzero(labels == label).tolist()
        keyed_rng(seed, "subset", label).shuffle(videos)
        turns += [(turn, label, video) for turn, video in enumerate(videos)]
    return np.sort([video for _, _, video in sorted(turns)[:count]])
