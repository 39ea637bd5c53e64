"""Remove a stream.

Source: Ryoo et al. 2020, AssembleNet, https://arxiv.org/abs/1905.13209 (networks of more and less
streams).
"""

import random
from typing import final

from nasvid.search.connections import Connections, entries_of
from nasvid.search.list_change import reordered
from nasvid.search.mutation import MUTATIONS, Mutation, NothingToChangeError, with_values
from nasvid.search.presence import Values
from nasvid.search.space_view import Parent, SpaceView
from nasvid.search.stream_lists import stream_lists
from nasvid.spec.decisions import DecisionValue, Genotype


@MUTATIONS.add
@final
class RemoveStream(Mutation):
    """Takes a stream out, with all edges that lead from it alone; one stream stays.

    A stream begins at a node that reads inputs alone.
    """

    default_weight = 0.1

    def applies(self, view: SpaceView) -> bool:
        return bool(stream_lists(view)) or (len(entries_of(view.outline)) > 1 and bool(view.edges))

    def mutate(self, parent: Parent, view: SpaceView, rng: random.Random) -> Genotype:
        genotype, values = parent.genotype, parent.genotype.by_path
        connected = view.connections(values)
        entries = connected.entries(view.outline)
        while len(entries) > 1:
            entry = entries.pop(rng.randrange(len(entries)))
            child = _from_list(entry, genotype, view, rng)
            if child is not None:
                return child
            changes = _without(entry, connected, view, values)
            after = view.connections({**values, **changes})
            if changes and not after.needs(entry):
                return with_values(genotype, changes, view.table, rng)
        raise NothingToChangeError("there is one stream, or none that the network can do without.")


def _from_list(
    entry: str, genotype: Genotype, view: SpaceView, rng: random.Random
) -> Genotype | None:
    """The member without this node of a level of streams; None if it is none, or one that must be."""
    for blocks in stream_lists(view):
        length = blocks.length(genotype.by_path)
        if entry in blocks.addresses[:length] and blocks.next_length(length, -1) == length - 1:
            gone = blocks.addresses.index(entry)
            order = [place for place in range(length) if place != gone]
            return reordered(blocks, genotype, order, view, rng)
    return None


def _without(
    entry: str, connected: Connections, view: SpaceView, values: Values
) -> dict[str, DecisionValue]:
    """Choices of edges without those to what descends from this entry alone."""
    origins = connected.origins(view.outline)
    alone = {node for node, entries in origins.items() if entries == frozenset((entry,))}
    found: dict[str, DecisionValue] = {}
    for edges in view.needed_edges(values, connected):
        taken = edges.taken(values)
        kept = [option for option in taken if edges.address_of(option) not in alone]
        if len(kept) < len(taken):
            value = edges.value_of(kept, values)
            if value is not None:
                found[edges.decision.path] = value
    return found
