"""What mutations have in common that change a list of blocks."""

import random
from abc import abstractmethod
from collections.abc import Callable
from typing import ClassVar, Literal

from nasvid.search.block_lists import BlockList
from nasvid.search.mutation import Mutation, NothingToChangeError, completed, with_value
from nasvid.search.rearranged import Order, rearranged
from nasvid.search.space_view import Parent, SpaceView
from nasvid.spec.decisions import DecisionValue, Genotype


class ListChange(Mutation):
    """Changes the blocks of one list, each list that leaves room for it being equally likely."""

    def applies(self, view: SpaceView) -> bool:
        return any(self.may_change(blocks) for blocks in view.lists)

    def mutate(self, parent: Parent, view: SpaceView, rng: random.Random) -> Genotype:
        left = [blocks for blocks in view.lists if self.may_change(blocks)]
        while left:
            blocks = left.pop(rng.randrange(len(left)))
            child = self.changed(blocks, parent.genotype, view, rng)
            if child is not None and child.key != parent.genotype.key:
                return child
        raise NothingToChangeError("no list of blocks leaves room for this.")

    @abstractmethod
    def may_change(self, blocks: BlockList) -> bool:
        """Whether some member's list could be changed in this way."""

    @abstractmethod
    def changed(
        self, blocks: BlockList, genotype: Genotype, view: SpaceView, rng: random.Random
    ) -> Genotype | None:
        """A member with another list; None where this one leaves no room for it.

        Raises:
            NothingFitsError: No values go with it under the constraints.
        """


class LengthChange(Mutation):
    """Adds or removes blocks of a list, or switches a block that may be left out.

    Each list and each switch that leaves room for it is equally likely.
    """

    # 1 adds, -1 removes.
    step: ClassVar[Literal[-1, 1]]

    def applies(self, view: SpaceView) -> bool:
        return bool(view.about("switch")) or any(blocks.count for blocks in view.lists)

    def mutate(self, parent: Parent, view: SpaceView, rng: random.Random) -> Genotype:
        genotype, values = parent.genotype, parent.genotype.by_path
        adds = self.step > 0
        ways: list[Callable[[], Genotype]] = [
            lambda path=decision.path: with_value(genotype, path, adds, view.table, rng)
            for decision in view.about("switch")
            if values.get(decision.path) is (not adds)
        ]
        for blocks in view.lists:
            if blocks.count is None or blocks.count.path not in values:
                continue
            length = blocks.lengths.of(values)
            target = blocks.next_length(length, self.step)
            if target is not None:
                ways.append(
                    lambda b=blocks, n=length, m=target: reordered(
                        b, genotype, self.order(n, m, rng), view, rng
                    )
                )
        if not ways:
            raise NothingToChangeError("no list of blocks and no switch leaves room for this.")
        return ways[rng.randrange(len(ways))]()

    @abstractmethod
    def order(self, length: int, target: int, rng: random.Random) -> Order:
        """The new order of a list of this length that is to have another one."""


def reordered(
    blocks: BlockList,
    genotype: Genotype,
    order: Order,
    view: SpaceView,
    rng: random.Random,
) -> Genotype:
    """The member with the blocks of a list in this order; see `rearranged`.

    Raises:
        NothingFitsError: No values go with it under the constraints.
    """
    values: dict[str, DecisionValue] = rearranged(
        blocks, genotype.by_path, order, view.edges_of, rng
    )
    pinned = () if blocks.count is None else (blocks.count.path,)
    return completed(values, pinned, view.table, rng)
