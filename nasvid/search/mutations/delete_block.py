"""Delete a block.

Source: Liu et al. 2018, Hierarchical Representations for Efficient Architecture Search,
https://arxiv.org/abs/1711.00436 (mutations that take from a graph). Differs: whole
blocks, in lists of any kind; edges are mended.
"""

import random
from typing import final

from nasvid.search.list_change import LengthChange
from nasvid.search.mutation import MUTATIONS
from nasvid.search.rearranged import Order


@MUTATIONS.add
@final
class DeleteBlock(LengthChange):
    """Takes a block out of a list or level, or switches off one that may be left out.

    A node that would read too little without it reads what it read.
    """

    default_weight = 0.2
    step = -1

    def order(self, length: int, target: int, rng: random.Random) -> Order:
        return sorted(rng.sample(range(length), target))
