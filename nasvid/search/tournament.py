"""Tournaments: the best of a few members drawn at random becomes a parent.

Source: Real et al. 2019, Regularized Evolution for Image Classifier Architecture Search,
https://arxiv.org/abs/1802.01548, algorithm 1.
"""

import random
from collections.abc import Sequence
from operator import itemgetter

from nasvid.search.history import Result

_score = itemgetter(0)


def win_tournament(
    population: Sequence[tuple[float, Result]], size: int, rng: random.Random
) -> Result:
    """The best of `size` members.

    They are drawn with replacement, as in the paper; the first one drawn wins a tie.

    Args:
        population: Members with their scores, higher is better.
        size: Members that compete.
        rng: Draws them.
    """
    return max(rng.choices(population, k=size), key=_score)[1]
