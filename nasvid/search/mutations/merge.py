"""Merge two blocks of a level.

Source: Ryoo et al. 2020, AssembleNet, https://arxiv.org/abs/1905.13209 (blocks are combined at random
during evolution). Differs: the released code lacks the search, so what a merged block has is our
own choice.
"""

import random
from itertools import combinations
from typing import final

from nasvid.search.block_lists import BlockList
from nasvid.search.list_change import ListChange
from nasvid.search.mutation import MUTATIONS, completed
from nasvid.search.numbers import total
from nasvid.search.presence import Values
from nasvid.search.rearranged import rearranged
from nasvid.search.space_view import SpaceView
from nasvid.search.widths import widths_of
from nasvid.spec.decisions import DecisionValue, Genotype, Scalar


@MUTATIONS.add
@final
class Merge(ListChange):
    """Puts one block in the place of two of a level; their widths add up, their edges are joined.

    All else it has from one of the two.
    """

    default_weight = 0.25

    def may_change(self, blocks: BlockList) -> bool:
        return blocks.is_parallel and blocks.count is not None

    def changed(
        self, blocks: BlockList, genotype: Genotype, view: SpaceView, rng: random.Random
    ) -> Genotype | None:
        values = genotype.by_path
        length = blocks.length(values)
        if blocks.next_length(length, -1) != length - 1:
            return None
        sums = {
            pair: found
            for pair in combinations(range(length), 2)
            if (found := _sums(blocks, values, pair))
        }
        if not sums:
            return None
        pair = list(sums)[rng.randrange(len(sums))]
        kept, gone = pair if rng.random() < 0.5 else pair[::-1]
        order = [place for place in range(length) if place != gone]
        at = order.index(kept)
        child = rearranged(blocks, values, order, view.edges_of, rng, joined={gone: at})
        pinned: dict[str, DecisionValue] = {
            blocks.slots[at][name].path: width for name, width in sums[pair].items()
        }
        reading = view.edges_of.get(blocks.addresses[at])
        if reading is not None and reading.decision.path in child:
            joint = _joint_edges(blocks, genotype, (kept, gone), view)
            most = reading.decision.most if reading.decision.kind == "subset" else 1
            value = reading.value_of(rng.sample(joint, min(most, len(joint))), child)
            if value is not None:
                child[reading.decision.path] = value
        assert blocks.count is not None
        return completed({**child, **pinned}, (blocks.count.path, *pinned), view.table, rng)


def _sums(blocks: BlockList, values: Values, pair: tuple[int, int]) -> dict[str, Scalar]:
    """For each width of the first block the option that stands for both; empty if one has none."""
    found: dict[str, Scalar] = {}
    others = widths_of(blocks, values, pair[1])
    for name, decision in widths_of(blocks, values, pair[0]).items():
        both = (values[decision.path], values[others[name].path]) if name in others else ()
        summed = total(decision, both)
        if summed is None:
            return {}
        found[name] = summed
    return found


def _joint_edges(
    blocks: BlockList, genotype: Genotype, places: tuple[int, int], view: SpaceView
) -> list[Scalar]:
    """What either of two blocks reads, each node once."""
    found: dict[Scalar, None] = {}
    for place in places:
        reading = view.edges_of.get(blocks.addresses[place])
        if reading is not None and reading.decision.path in genotype:
            found.update(dict.fromkeys(reading.taken(genotype.by_path)))
    return list(found)
