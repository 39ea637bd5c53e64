"""Insert a block.

Source: Liu et al. 2018, Hierarchical Representations for Efficient Architecture Search,
https://arxiv.org/abs/1711.00436 (mutations that add to a graph). Differs: whole blocks,
in lists of any kind; edges are mended.
"""

import random
from typing import final

from nasvid.search.list_change import LengthChange
from nasvid.search.mutation import MUTATIONS
from nasvid.search.rearranged import Order


@MUTATIONS.add
@final
class InsertBlock(LengthChange):
    """Puts a new block into a list or level, or switches on one that may be left out.

    It is drawn at random; in a level some node reads it.
    """

    default_weight = 0.2
    step = 1

    def order(self, length: int, target: int, rng: random.Random) -> Order:
        at = rng.randrange(length + 1)
        return [*range(at), *[None] * (target - length), *range(at, length)]
