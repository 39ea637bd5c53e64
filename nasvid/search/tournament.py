"""Tournaments: the best of a few members drawn at random becomes a parent.

Source: Real et al. 2019, Regularized Evolution for Image Classifier Architecture Search,
https://arxiv.org/abs/1802.01548, algorithm 1.
"""

import random
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from nasvid.search.space_view import Parent


class Tournament:
    """Members in rising order of their scores; of equals the older one stands first.

    Args:
        size: Members that compete, drawn with replacement as in the paper.
    """

    def __init__(self, size: int) -> None:
        self._power = 1 / size
        self._scores: list[float] = []
        self._members: list[Parent] = []

    def __len__(self) -> int:
        return len(self._members)

    def add(self, score: float, member: Parent) -> None:
        """One more member.

        Args:
            score: Higher is better.
            member: The candidate.
        """
        place = bisect_right(self._scores, score)
        self._scores.insert(place, score)
        self._members.insert(place, member)

    def remove(self, score: float, member: Parent) -> None:
        """One member less."""
        place = bisect_left(self._scores, score)
        while self._members[place] is not member:
            place += 1
        del self._scores[place], self._members[place]

    def remove_worst(self) -> None:
        """One member less: the oldest of those that have the lowest score."""
        del self._scores[0], self._members[0]

    def winner(self, rng: random.Random) -> Parent:
        """The best of `size` members; of equals each one is as likely."""
        return self._members[best_place(self._scores, self._power, rng)]


def best_place(scores: Sequence[float], power: float, rng: random.Random) -> int:
    """Where the best of several members stands that are drawn with replacement.

    The chance that all of them are among the lowest k of n is (k / n) ** size, so one number drawn at
    random tells which the best of them is; of equals each one is as likely.

    Args:
        scores: In rising order, one at least.
        power: 1 / size.
        rng: The draw.
    """
    # Looked up first, which is quicker where it is no method but the next of an iterator.
    count, draw = len(scores), rng.random
    place = int(count * draw() ** power)
    if place == count:
        place -= 1
    score = scores[place]
    if (place and scores[place - 1] == score) or (place + 1 < count and scores[place + 1] == score):
        low, high = bisect_left(scores, score), bisect_right(scores, score)
        place = low + int((high - low) * draw())
    return place
