"""A cost that no member of a space can be below: that of the nodes which all members share.

Nodes are taken from the inputs on, as long as every member has them and all their combinations of
choices can be looked at. In a small space that is the whole network, and the bound is exact.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import cast

from nasvid.core.costs import Cost
from nasvid.core.errors import NasvidError
from nasvid.cost.analytic import cost_of
from nasvid.lowering.lower import lower, lower_nodes
from nasvid.spec.decision import DecisionValue
from nasvid.spec.decisions import DecisionTable, Genotype
from nasvid.spec.frontier import TooLongError
from nasvid.spec.parse_repeats import counts_of
from nasvid.spec.search_space import SearchSpace
from nasvid.spec.signatures import standard_blocks
from nasvid.spec.syntax import Expression, Literal, NodeSpec
from nasvid.spec.wiring import needs, reads

MAX_COMBINATIONS = 2_000
HEAD = "classifier"


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
    if space.decisions.size().count <= MAX_COMBINATIONS:
        return _bound(_costs_of_members(space), is_exact=True)
    needed = _always_needed(space)
    taken: list[NodeSpec] = []
    names = {i.name for i in space.network.inputs}
    table: DecisionTable | None = None
    for node in nodes:
        if node.name not in needed or not needs(node) <= names:
            continue
        wider = _decisions_of(space, [*taken, node])
        if wider.size().count > MAX_COMBINATIONS:
            continue
        taken.append(node)
        names.add(node.name)
        table = wider
    if table is None:
        return _bound_of_head(space)
    return _bound(_costs(space, taken, table), is_exact=len(taken) == len(nodes))


def _bound_of_head(space: SearchSpace) -> LowerBound:
    """What a standard classifier needs however few channels reach it: a weight and bias a class."""
    ends = [edge.ref for _, edge in space.network.outputs]
    head = next((n for n in space.network.nodes if n.name in ends), None)
    is_standard = (
        head is not None
        and isinstance(head.block, Literal)
        and head.block.value == HEAD
        and space.catalogue.blocks[HEAD] is standard_blocks()[HEAD]
    )
    if head is None or not is_standard or head.repeat is not None or head.when is not None:
        return LowerBound(0, 0, 0, is_exact=False)
    given = dict(head.arguments).get("classes")
    classes = space.network.classes
    if isinstance(given, Literal) and isinstance(given.value, int):
        classes = given.value
    elif given is not None and not (isinstance(given, Expression) and given.text == "=classes"):
        return LowerBound(0, 0, 0, is_exact=False)
    return LowerBound(macs=classes, params=2 * classes, activations=classes, is_exact=False)


def _bound(costs: Iterable[Cost], *, is_exact: bool) -> LowerBound:
    found = list(costs)
    if not found:
        return LowerBound(0, 0, 0, is_exact=False)
    return LowerBound(
        min(cost.macs for cost in found),
        min(cost.params for cost in found),
        min(cost.activations for cost in found),
        is_exact=is_exact,
    )


def _costs_of_members(space: SearchSpace) -> Iterator[Cost]:
    for genotype in all_genotypes(space.decisions):
        try:
            yield cost_of(lower(space, genotype).graph)
        except NasvidError:
            continue


def _is_always_there(node: NodeSpec) -> bool:
    """Whether no choice of the number of nodes of its level leaves it out."""
    if node.member is None:
        return True
    counts = counts_of(node.member.count)
    return counts is not None and min(counts) > node.member.index


def _always_needed(space: SearchSpace) -> set[str]:
    """Nodes that feed the output in every member."""
    by_name = {node.name: node for node in space.network.nodes}
    waiting = [edge.ref.split(".", maxsplit=1)[0] for _, edge in space.network.outputs]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        node = by_name.get(name)
        if node is None or name in found or not _is_always_there(node):
            continue
        found.add(name)
        if node.source is not None and node.source.kind == "all":
            # A node that is left out passes on its first input alone.
            waiting += reads(node) if node.when is None else reads(node)[:1]
    return found


def _decisions_of(space: SearchSpace, nodes: list[NodeSpec]) -> DecisionTable:
    """The decisions that these nodes can hang on."""
    owners = {node.name for node in nodes} | {i.name for i in space.network.inputs}
    # Any node may use a named decision and what its options leave open.
    owners |= {name for name, _ in space.network.decisions}
    owners |= {node.member.level for node in nodes if node.member is not None}
    return DecisionTable(
        decision
        for decision in space.decisions
        if decision.path.split(".", maxsplit=1)[0] in owners
    )


def _costs(space: SearchSpace, nodes: list[NodeSpec], table: DecisionTable) -> Iterator[Cost]:
    network = replace(space.network, nodes=tuple(nodes))
    part = replace(space, network=network, decisions=table)
    for genotype in all_genotypes(table):
        try:
            yield cost_of(lower_nodes(part, genotype))
        except NasvidError:
            # Nodes that do not fit are in no member.
            continue


def all_genotypes(table: DecisionTable) -> Iterator[Genotype]:
    """Every genotype of a table, in a fixed order.

    Example:
        >>> from nasvid.spec.decision import Decision
        >>> table = DecisionTable([Decision("width", "choice", (32, 64))])
        >>> [genotype["width"] for genotype in all_genotypes(table)]
        [32, 64]
    """
    if table.constraints:
        try:
            yield from (Genotype(tuple(values.items())) for values in table.members())
        except TooLongError:
            yield from (g for g in _all_unconstrained(table) if not table.broken(g.by_path))
    else:
        yield from _all_unconstrained(table)


def _all_unconstrained(table: DecisionTable) -> Iterator[Genotype]:
    """Every genotype, whether or not it meets the constraints."""
    decisions = table.decisions
    # One entry per open decision so far: its place in the table, and the values still to take.
    open_values: list[tuple[int, Iterator[DecisionValue]]] = []
    values: dict[str, DecisionValue] = {}
    at = 0
    while True:
        while at < len(decisions) and not table.is_active(decisions[at], values):
            at += 1
        if at < len(decisions):
            open_values.append((at, decisions[at].values()))
        else:
            yield Genotype(tuple(values.items()))
        while open_values:
            at, left = open_values[-1]
            # What was decided further down belongs to the value before.
            for decision in decisions[at:]:
                values.pop(decision.path, None)
            value = next(left, _END)
            if value is not _END:
                values[decisions[at].path] = cast("DecisionValue", value)
                break
            open_values.pop()
        else:
            return
        at += 1


_END = object()
