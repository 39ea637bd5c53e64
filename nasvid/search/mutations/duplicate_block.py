"""Duplicate a block.

Source: none; own design.
"""

import random
from typing import final

from nasvid.search.block_lists import BlockList
from nasvid.search.list_change import ListChange, reordered
from nasvid.search.mutation import MUTATIONS
from nasvid.search.space_view import SpaceView
from nasvid.spec.decisions import Genotype


@MUTATIONS.add
@final
class DuplicateBlock(ListChange):
    """Puts a copy of a block behind it; in a level the copy reads and is read as the block is."""

    default_weight = 0.2

    def may_change(self, blocks: BlockList) -> bool:
        return blocks.count is not None

    def changed(
        self, blocks: BlockList, genotype: Genotype, view: SpaceView, rng: random.Random
    ) -> Genotype | None:
        length = blocks.length(genotype.by_path)
        target = blocks.next_length(length, 1)
        if not length or target is None:
            return None
        at = rng.randrange(length)
        order = [*range(at), *[at] * (target - length), *range(at, length)]
        return reordered(blocks, genotype, order, view, rng)
