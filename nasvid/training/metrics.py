"""What a network scores on labelled videos.

Shapes: N videos, V views (clips) of each, K classes.
"""

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy


def classification_metrics(logits_NVK: Tensor, labels_N: Tensor) -> dict[str, float]:
    """Accuracies from 0 to 1 and the loss of a scored split.

    A video's score is the mean of the class probabilities of its views. `top5` counts a label among
    the five best classes, or among all of them where there are fewer.

    Args:
        logits_NVK: Scores before the softmax, float, shape (N, V, K).
        labels_N: Class of each video, integer, shape (N,).
    Returns: `top1`, `top5` and `mean_class` (mean over the classes that occur) per video,
        `clip_top1` and `clip_top5` per clip, and `loss`, the mean cross-entropy of the clips.
    Example:
        >>> logits = torch.tensor([[[2.0, 0.0], [0.0, 1.0]], [[0.0, 3.0], [0.0, 3.0]]])
        >>> found = classification_metrics(logits, torch.tensor([0, 1]))
        >>> found["top1"], found["clip_top1"]
        (1.0, 0.75)
    """
    logits = logits_NVK.double()
    num_videos, num_views, num_classes = logits.shape
    clip_labels = labels_N.repeat_interleave(num_views)
    clip_logits = logits.reshape(num_videos * num_views, num_classes)
    video_ranks_N = _rank_of_label(logits.softmax(dim=2).mean(dim=1), labels_N)
    clip_ranks = _rank_of_label(clip_logits, clip_labels)
    is_right_N = (video_ranks_N == 0).double()
    return {
        "top1": is_right_N.mean().item(),
        "top5": (video_ranks_N < 5).double().mean().item(),
        "mean_class": _mean_over_classes(is_right_N, labels_N, num_classes),
        "clip_top1": (clip_ranks == 0).double().mean().item(),
        "clip_top5": (clip_ranks < 5).double().mean().item(),
        "loss": cross_entropy(clip_logits, clip_labels).item(),
    }


def _rank_of_label(scores_NK: Tensor, labels_N: Tensor) -> Tensor:
    """Place of the label among the classes from 0, best first; the lower class wins a tie."""
    order_NK = scores_NK.argsort(dim=1, descending=True, stable=True)
    return (order_NK == labels_N[:, None]).int().argmax(dim=1)


def _mean_over_classes(values_N: Tensor, labels_N: Tensor, num_classes: int) -> float:
    """Mean over the classes that occur of the mean of their values."""
    counts_K = torch.bincount(labels_N, minlength=num_classes)
    sums_K = torch.zeros(num_classes, dtype=values_N.dtype).index_add_(0, labels_N, values_N)
    occurs_K = counts_K > 0
    return (sums_K[occurs_K] / counts_K[occurs_K]).mean().item()
