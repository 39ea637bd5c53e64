"""Add a stream.

Source: Ryoo et al. 2020, AssembleNet, https://arxiv.org/abs/1905.13209 (networks of more and less
streams).
"""

import random
from collections.abc import Callable, Iterator
from typing import final

from nasvid.search.connections import entries_of
from nasvid.search.list_change import reordered
from nasvid.search.mutation import MUTATIONS, Mutation, NothingToChangeError, with_value
from nasvid.search.presence import Values
from nasvid.search.space_view import Parent, SpaceView
from nasvid.search.stream_lists import stream_lists
from nasvid.spec.decisions import DecisionValue, Genotype


@MUTATIONS.add
@final
class AddStream(Mutation):
    """Lets some node read a stream that the network does not use, or puts a new one beside others.

    A stream begins at a node that reads inputs alone.
    """

    default_weight = 0.1

    def applies(self, view: SpaceView) -> bool:
        return bool(stream_lists(view)) or (len(entries_of(view.outline)) > 1 and bool(view.edges))

    def mutate(self, parent: Parent, view: SpaceView, rng: random.Random) -> Genotype:
        genotype, values = parent.genotype, parent.genotype.by_path
        ways: list[Callable[[], Genotype]] = []
        for blocks in stream_lists(view):
            length = blocks.length(values)
            target = blocks.next_length(length, 1)
            if target is not None:
                order = [*range(length), *[None] * (target - length)]
                ways.append(lambda b=blocks, o=order: reordered(b, genotype, o, view, rng))
        for path, value in _connecting(view, values):
            ways.append(lambda p=path, v=value: with_value(genotype, p, v, view.table, rng))
        if not ways:
            raise NothingToChangeError("no stream is left that a node could read.")
        return ways[rng.randrange(len(ways))]()


def _connecting(view: SpaceView, values: Values) -> Iterator[tuple[str, DecisionValue]]:
    """Choices of edges with the values by which a stream that nobody needs is read."""
    connected = view.connections(values)
    origins = connected.origins(view.outline)
    used = set(connected.entries(view.outline))
    unused = {node for node, entries in origins.items() if entries - used}
    for edges in view.needed_edges(values, connected):
        for option in edges.free(values):
            if edges.address_of(option) in unused:
                value = edges.value_of((*edges.taken(values), option), values)
                # Where there is no room, in place of what it reads.
                value = edges.value_of((option,), values) if value is None else value
                if value is not None:
                    yield edges.decision.path, value
