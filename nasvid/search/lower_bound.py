"""A cost that no member of a space can be below: that of the nodes which all members share.

Nodes are taken from the inputs on, as long as every member has them and all their combinations of
choices can be looked at. In a small space that is the whole network, and the bound is exact.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from nasvid.core.costs import Cost
from nasvid.core.errors import NasvidError
from nasvid.cost.analytic import cost_of
from nasvid.lowering.lower import lower
from nasvid.spec.decisions import DecisionTable, DecisionValue, Genotype
from nasvid.spec.search_space import SearchSpace
from nasvid.spec.syntax import NodeSpec
from nasvid.spec.wiring import reads

MAX_COMBINATIONS = 2_000


@dataclass(frozen=True, slots=True)
class LowerBound:
    """Least cost of the nodes looked at.

    Args:
        macs: Of every member at least.
        params: Of every member at least.
        activations: Of every member at least.
        is_exact: Whether the whole network was looked at, so that some member has each of these.
    """

    macs: int
    params: int
    activations: int
    is_exact: bool


def lower_bound(space: SearchSpace) -> LowerBound:
    """The bound for a space; zero where nothing can be said."""
    nodes = space.network.nodes
    needed = _always_needed(space)
    taken: list[NodeSpec] = []
    names = {i.name for i in space.network.inputs}
    table: DecisionTable | None = None
    for node in nodes:
        if node.name not in needed or not set(reads(node)) <= names:
            continue
        wider = _decisions_of(space, [*taken, node])
        if wider.size().count > MAX_COMBINATIONS:
            continue
        taken.append(node)
        names.add(node.name)
        table = wider
    if table is None:
        return LowerBound(0, 0, 0, is_exact=False)
    costs = list(_costs(space, taken, table))
    if not costs:
        return LowerBound(0, 0, 0, is_exact=False)
    return LowerBound(
        min(cost.macs for cost in costs),
        min(cost.params for cost in costs),
        min(cost.activations for cost in costs),
        is_exact=len(taken) == len(nodes),
    )


def _always_needed(space: SearchSpace) -> set[str]:
    """Nodes that feed the output in every member."""
    by_name = {node.name: node for node in space.network.nodes}
    waiting = [space.network.output.split(".")[0]]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        node = by_name.get(name)
        if node is None or name in found:
            continue
        found.add(name)
        if node.source is not None and node.source.kind == "all":
            waiting += reads(node)
    return found


def _decisions_of(space: SearchSpace, nodes: list[NodeSpec]) -> DecisionTable:
    """The decisions that these nodes can hang on."""
    owners = {node.name for node in nodes} | {i.name for i in space.network.inputs}
    return DecisionTable(
        decision
        for decision in space.decisions
        # A path without a dot is a named decision, which any node may use.
        if "." not in decision.path or decision.path.split(".")[0] in owners
    )


def _costs(space: SearchSpace, nodes: list[NodeSpec], table: DecisionTable) -> Iterator[Cost]:
    network = replace(space.network, nodes=tuple(nodes), output=nodes[-1].name)
    part = replace(space, network=network, decisions=table)
    for genotype in all_genotypes(table):
        try:
            yield cost_of(lower(part, genotype, keep_unused=True).graph)
        except NasvidError:
            # An invalid member costs nothing to leave out of a minimum.
            continue


def all_genotypes(table: DecisionTable) -> Iterator[Genotype]:
    """Every genotype of a table, in a fixed order."""
    yield from _extended(table, 0, {})


def _extended(
    table: DecisionTable, at: int, values: Mapping[str, DecisionValue]
) -> Iterator[Genotype]:
    if at == len(table.decisions):
        yield Genotype(tuple(values.items()))
        return
    decision = table.decisions[at]
    if not table.is_active(decision, values):
        yield from _extended(table, at + 1, values)
        return
    for value in decision.values():
        yield from _extended(table, at + 1, {**values, decision.path: value})
