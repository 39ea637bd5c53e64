"""Split a block of a level in two.

Source: Ryoo et al. 2020, AssembleNet, https://arxiv.org/abs/1905.13209 (blocks are split at random during
evolution). Differs: where a width cannot be halved, it falls into the nearest two options that add
up to it.
"""

import random
from typing import final

from nasvid.search.block_lists import BlockList
from nasvid.search.list_change import ListChange
from nasvid.search.mutation import MUTATIONS, completed
from nasvid.search.numbers import halves
from nasvid.search.presence import Values
from nasvid.search.rearranged import rearranged
from nasvid.search.space_view import SpaceView
from nasvid.search.widths import widths_of
from nasvid.spec.decisions import DecisionValue, Genotype, Scalar


@MUTATIONS.add
@final
class Split(ListChange):
    """Puts two blocks of half the width in the place of one of a level, both with its edges.

    So the widths of the level add up to what they did.
    """

    default_weight = 0.25

    def may_change(self, blocks: BlockList) -> bool:
        return blocks.is_parallel and blocks.count is not None

    def changed(
        self, blocks: BlockList, genotype: Genotype, view: SpaceView, rng: random.Random
    ) -> Genotype | None:
        values = genotype.by_path
        length = blocks.length(values)
        if blocks.next_length(length, 1) != length + 1:
            return None
        parts = [_parts(blocks, values, place) for place in range(length)]
        splittable = [place for place in range(length) if parts[place]]
        if not splittable:
            return None
        at = splittable[rng.randrange(len(splittable))]
        order = [*range(length), at]
        child = rearranged(blocks, values, order, view.edges_of, rng)
        pinned: dict[str, DecisionValue] = {}
        for name, pair in parts[at].items():
            for place, width in zip((at, length), pair, strict=True):
                pinned[blocks.slots[place][name].path] = width
        assert blocks.count is not None
        lasting = (blocks.count.path, *pinned)
        return completed({**child, **pinned}, lasting, view.table, rng)


def _parts(blocks: BlockList, values: Values, place: int) -> dict[str, tuple[Scalar, Scalar]]:
    """What each width of a block falls into; empty where one of them cannot."""
    found: dict[str, tuple[Scalar, Scalar]] = {}
    for name, decision in widths_of(blocks, values, place).items():
        value = values[decision.path]
        pair = None if isinstance(value, tuple) else halves(decision, value)
        if pair is None:
            return {}
        found[name] = pair
    return found
