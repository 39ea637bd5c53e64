"""Let two blocks change places.

Source: none; own design.
"""

import random
from itertools import combinations
from typing import final

from nasvid.search.block_lists import BlockList
from nasvid.search.list_change import ListChange
from nasvid.search.mutation import MUTATIONS, completed
from nasvid.search.space_view import SpaceView
from nasvid.spec.decisions import DecisionValue, Genotype

_EDGES = "from"


@MUTATIONS.add
@final
class SwapBlocks(ListChange):
    """Lets two unlike blocks of a list change places; in a level edges stay where they are."""

    default_weight = 0.1

    def may_change(self, blocks: BlockList) -> bool:
        return bool(blocks.slots)

    def changed(
        self, blocks: BlockList, genotype: Genotype, view: SpaceView, rng: random.Random
    ) -> Genotype | None:
        values = genotype.by_path
        contents = [
            _without_edges(blocks, blocks.contents(values, place))
            for place in range(blocks.length(values))
        ]
        unlike = [
            pair
            for pair in combinations(range(len(contents)), 2)
            if repr(contents[pair[0]]) != repr(contents[pair[1]])
        ]
        if not unlike:
            return None
        first, second = unlike[rng.randrange(len(unlike))]
        swapped = dict(values)
        for place, others in ((first, contents[second]), (second, contents[first])):
            for name in contents[place]:
                del swapped[blocks.slots[place][name].path]
            swapped |= blocks.placed(others, place)
        return completed(swapped, (), view.table, rng)


def _without_edges(
    blocks: BlockList, contents: dict[str, DecisionValue]
) -> dict[str, DecisionValue]:
    if not blocks.is_parallel:
        return contents
    return {name: value for name, value in contents.items() if name != _EDGES}
