"""A list of blocks in another order, with blocks left out, copied or new, and its edges mended."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nasvid.search.block_lists import BlockList
from nasvid.search.edges import Edges
from nasvid.search.presence import Values
from nasvid.spec.decision import DecisionValue, Scalar

# For each new place the old one that its block comes from; None for a new block.
Order = Sequence[int | None]


def rearranged(
    blocks: BlockList,
    values: Values,
    order: Order,
    edges_of: Mapping[str, Edges],
    rng: random.Random,
    *,
    joined: Mapping[int, int] | None = None,
) -> dict[str, DecisionValue]:
    """All values of a member with the blocks of a list in this order; what new ones choose lacks.

    Who read a block reads it where it stands now, and its copies too, as far as the bounds allow.
    Who would read too few as one is gone reads what that one read, else another node.
    A new block is read by some node that can.

    Args:
        blocks: The list.
        values: All values of the member.
        order: The new order.
        edges_of: All choices of edges, by the nodes that read.
        rng: Draws where edges must be chosen.
        joined: Old places that are gone, to the new place whose block does their work.
    """
    found = dict(values)
    for slot in blocks.slots:
        for decision in slot.values():
            found.pop(decision.path, None)
    for place, source in enumerate(order):
        if source is not None:
            found |= blocks.placed(blocks.contents(values, source), place)
    if blocks.count is not None:
        found[blocks.count.path] = blocks.option_of(len(order))
    if blocks.is_parallel:
        places: dict[int, list[int]] = {}
        for place, source in enumerate(order):
            if source is not None:
                places.setdefault(source, []).append(place)
        for source, place in (joined or {}).items():
            places.setdefault(source, []).append(place)
        added = [p for p, s in enumerate(order) if s is None or places[s][0] != p]
        found |= _Mending(blocks, values, found, places, edges_of, rng).readers_of(added)
    return found


@dataclass(frozen=True, slots=True)
class _Mending:
    """What readers read when the blocks of a list have moved.

    Args:
        blocks: The list.
        old: All values before.
        new: All values after, but for what readers read.
        places: Old place to where its block and copies of it stand now.
        edges_of: All choices of edges, by the nodes that read.
        rng: Draws where edges must be chosen.
    """

    blocks: BlockList
    old: Values
    new: Values
    places: Mapping[int, Sequence[int]]
    edges_of: Mapping[str, Edges]
    rng: random.Random

    def readers_of(self, added: Sequence[int]) -> dict[str, DecisionValue]:
        """Values of all choices of edges that can lead to the list.

        Args:
            added: Places of blocks that were not there before, each of which somebody must read.
        """
        readers = [reader for reader in self.blocks.readers if reader.decision.path in self.new]
        wanted = [(reader, self._moved(reader)) for reader in readers]
        for place in added:
            self._attach(place, wanted)
        found: dict[str, DecisionValue] = {}
        for reader, taken in wanted:
            value = reader.value_of(taken, self.new)
            if value is not None:
                found[reader.decision.path] = value
        return found

    def _moved(self, reader: Edges) -> list[Scalar]:
        """What a reader of the old blocks reads now."""
        kept: list[Scalar] = []
        copies: list[Scalar] = []
        instead: list[Scalar] = []
        for option in reader.taken(self.old):
            address = reader.address_of(option)
            if address not in self.blocks.addresses:
                kept.append(option)
                continue
            place = self.blocks.addresses.index(address)
            here = [self._option(option, p) for p in self.places.get(place, ())]
            if not here:
                source = self.edges_of.get(address)
                is_open = source is not None and source.decision.path in self.old
                instead += source.taken(self.old) if source is not None and is_open else ()
            kept += here[:1]
            copies += here[1:]
        return self._within_bounds(reader, kept, copies, instead)

    def _within_bounds(
        self,
        reader: Edges,
        kept: Sequence[Scalar],
        copies: Sequence[Scalar],
        instead: Sequence[Scalar],
    ) -> list[Scalar]:
        """As much of it as a reader may read, and at least as much as it must."""
        decision = reader.decision
        found = [option for option in dict.fromkeys(kept) if option in decision.options]
        more = [o for o in dict.fromkeys(copies) if o in decision.options and o not in found]
        self.rng.shuffle(more)
        most = decision.most if decision.kind == "subset" else 1
        found += more[: max(0, most - len(found))]
        least = max(1, decision.least)
        if len(found) < least:
            free = [o for o in decision.options if o not in found and reader.is_there(o, self.new)]
            self.rng.shuffle(free)
            # First what the block that is gone read.
            free.sort(key=lambda option: option not in instead)
            found += free[: least - len(found)]
        return found

    def _attach(self, place: int, wanted: Sequence[tuple[Edges, list[Scalar]]]) -> None:
        """Let some node read the block at a place, unless one does."""
        offers = [(r, taken, self.blocks.edges_to(r, place)) for r, taken in wanted]
        offers = [offer for offer in offers if offer[2]]
        if not offers or any(o in taken for _, taken, options in offers for o in options):
            return
        roomy = [
            offer
            for offer in offers
            if offer[0].decision.kind == "subset" and len(offer[1]) < offer[0].decision.most
        ]
        chosen = roomy or offers
        _, taken, options = chosen[self.rng.randrange(len(chosen))]
        if not roomy and taken:
            del taken[self.rng.randrange(len(taken))]
        taken.append(options[self.rng.randrange(len(options))])

    def _option(self, option: Scalar, place: int) -> str:
        """The option that leads to the block at another place, by the same port."""
        _, dot, port = str(option).partition(".")
        return f"{self.blocks.owner.rsplit('.', 1)[-1]}_{place}{dot}{port}"
