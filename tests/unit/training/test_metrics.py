"""Metrics against numbers worked out by hand."""

import pytest
import torch

from nasvid.core.evaluations import TRAINED_METRICS
from nasvid.training.metrics import classification_metrics


def test_metrics_of_three_videos_with_two_views_match_hand_made_numbers() -> None:
    # Class probabilities times any factor are as good as logits once the logarithm is taken.
    probabilities = torch.tensor(
        [
            [[0.6, 0.3, 0.1], [0.1, 0.5, 0.4]],  # mean .35 .40 .25
            [[0.2, 0.7, 0.1], [0.3, 0.4, 0.3]],  # mean .25 .55 .20
            [[0.5, 0.3, 0.2], [0.6, 0.2, 0.2]],  # mean .55 .25 .20
        ]
    )
    found = classification_metrics(probabilities.log(), torch.tensor([0, 1, 1]))
    assert found["top1"] == pytest.approx(1 / 3)
    # Class 0: 0 of 1 right; class 1: 1 of 2 right; class 2 does not occur.
    assert found["mean_class"] == pytest.approx(0.25)
    assert found["clip_top1"] == pytest.approx(3 / 6)
    likelihood = torch.tensor([0.6, 0.1, 0.7, 0.4, 0.3, 0.2])
    assert found["loss"] == pytest.approx(-likelihood.log().mean().item(), rel=1e-5)


def test_top5_counts_the_five_best_of_many_classes() -> None:
    logits_NVK = torch.arange(8.0).expand(2, 1, 8)
    found = classification_metrics(logits_NVK, torch.tensor([3, 2]))
    assert tuple(found) == TRAINED_METRICS
    assert (found["top5"], found["clip_top5"], found["top1"]) == (0.5, 0.5, 0.0)


def test_top5_of_fewer_classes_counts_all() -> None:
    assert classification_metrics(torch.zeros(2, 1, 4), torch.tensor([3, 0]))["top5"] == 1.0


def test_a_network_that_says_nothing_scores_at_chance() -> None:
    found = classification_metrics(torch.zeros(4, 1, 4), torch.arange(4))
    assert (found["top1"], found["mean_class"]) == (0.25, 0.25)
