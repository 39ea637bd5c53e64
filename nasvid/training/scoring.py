"""Scores of a trained network on a split."""

from collections.abc import Generator

import numpy as np
import torch
from torch import Tensor, nn

from nasvid.data.clips import ClipData
from nasvid.training.class_scores import class_scores
from nasvid.training.metrics import classification_metrics
from nasvid.training.placement import Placement
from nasvid.training.sending import Sender
from nasvid.training.trainer import DivergedError, network_input


def scoring_steps(
    network: nn.Module,
    clips: ClipData,
    *,
    views: int,
    batch_size: int,
    placement: Placement,
) -> Generator[None, None, dict[str, float]]:
    """Score a network on every video of a split; every item of the generator is one batch.

    Args:
        network: Takes a dict of clips by stream, returns logits of shape (B, K).
        clips: The split.
        views: Clips per video, spread evenly over it; a video's score is the mean over them.
        batch_size: Clips at once.
        placement: Where and in which form, from `place`.
    Returns: What `classification_metrics` gives, as the generator's return value.
    Raises:
        DivergedError: A score is not finite.
    """
    placement.put_network(network)
    sender = Sender(placement.device)
    videos = np.arange(clips.num_videos)
    views_VNK: list[Tensor] = []
    for view in range(views):
        batches_BK: list[Tensor] = []
        for start in range(0, len(videos), batch_size):
            chosen = videos[start : start + batch_size]
            centres = clips.even_centres(chosen, view, views)
            batches_BK.append(_logits(network, clips, chosen, centres, placement, sender))
            yield
        views_VNK.append(torch.cat(batches_BK))
    logits_NVK = torch.stack(views_VNK, dim=1).cpu()
    if not logits_NVK.isfinite().all():
        raise DivergedError(
            "scoring: the network's output is not finite; training diverged in its last steps."
        )
    return classification_metrics(logits_NVK, torch.from_numpy(clips.labels))


def score(
    network: nn.Module,
    clips: ClipData,
    *,
    views: int,
    batch_size: int,
    placement: Placement,
) -> dict[str, float]:
    """The return value of `scoring_steps`, all in one call."""
    steps = scoring_steps(network, clips, views=views, batch_size=batch_size, placement=placement)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


@torch.inference_mode()
def _logits(
    network: nn.Module,
    clips: ClipData,
    videos: np.ndarray,
    centres: np.ndarray,
    placement: Placement,
    sender: Sender,
) -> Tensor:
    network.eval()
    x, _ = clips.batch(videos, centres)
    x = dict(zip(x, sender.send(*x.values()), strict=True))
    with placement.autocast():
        return class_scores(network(network_input(x, clips.streams, placement))).float()
