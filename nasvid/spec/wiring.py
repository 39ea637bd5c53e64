"""Who reads whom: default sources, references that exist, no cycles, nodes in order."""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import replace

from nasvid.core.registry import unknown_name
from nasvid.spec.expressions import names_in
from nasvid.spec.levels import expand_levels
from nasvid.spec.problems import Problems
from nasvid.spec.syntax import (
    BlockCall,
    Choice,
    Edge,
    Expression,
    Items,
    NodeSpec,
    Source,
    Subset,
    ValueSpec,
)

# Edges of one body; `any_earlier` at every node would be a million of them.
MAX_EDGES = 20_000


def wire(
    nodes: Sequence[NodeSpec], inputs: Sequence[str], path: str, problems: Problems
) -> tuple[NodeSpec, ...]:
    """Fill in missing sources, check references, and order nodes after those they read.

    Args:
        nodes: In file order.
        inputs: Names that can be read besides nodes.
        path: Of the body, for messages.
        problems: Takes what is wrong.

    Returns:
        The nodes with explicit sources, in an order in which every one can be computed.
    """
    if not _check_names(nodes, inputs, path, problems):
        return tuple(nodes)
    nodes = expand_levels(nodes, inputs, path, problems)
    if not _check_names(nodes, inputs, path, problems):
        return nodes
    earlier = list(inputs)
    wired: list[NodeSpec] = []
    num_edges = 0
    for node in nodes:
        if node.source is None:
            wired.append(_with_default(node, earlier, inputs, path, problems))
        elif node.source.kind == "some" and not node.source.edges:
            wired.append(_with_earlier(node, node.source, earlier, path, problems))
        else:
            wired.append(node)
        earlier.append(node.name)
        num_edges += len(wired[-1].source.edges) if wired[-1].source else 0
        if num_edges > MAX_EDGES:
            message = f"the nodes up to here have more than {MAX_EDGES} edges."
            problems.add(node.mark, f"{path}.{node.name}.from", message)
            return tuple(nodes)
    _check_references(wired, {*earlier}, path, problems)
    return _ordered(wired, path, problems)


def _check_names(
    nodes: Sequence[NodeSpec], inputs: Sequence[str], path: str, problems: Problems
) -> bool:
    """Whether no two of them have one name."""
    taken = set(inputs)
    for node in nodes:
        if node.name in taken:
            problems.add(node.mark, path, f"two nodes or inputs are called {node.name!r}.")
        taken.add(node.name)
    return len(taken) == len(inputs) + len(nodes)


def _check_references(
    nodes: Sequence[NodeSpec], known: set[str], path: str, problems: Problems
) -> None:
    for node in nodes:
        for edge in node.source.edges if node.source else ():
            base = edge.ref.split(".")[0]
            if base not in known:
                message = unknown_name("node or input", base, known)
                problems.add(edge.mark, f"{path}.{node.name}.from", message)


def _with_default(
    node: NodeSpec, earlier: Sequence[str], inputs: Sequence[str], path: str, problems: Problems
) -> NodeSpec:
    """The node, reading the one before it."""
    if not earlier:
        # The inputs could not be read; that has been noted.
        return node
    if len(earlier) == len(inputs) > 1:
        message = f"needs `from:`, as there are several inputs: {', '.join(inputs)}."
        problems.add(node.mark, f"{path}.{node.name}", message)
    return replace(node, source=Source(node.mark, "all", (Edge(node.mark, earlier[-1]),)))


def _with_earlier(
    node: NodeSpec, source: Source, earlier: Sequence[str], path: str, problems: Problems
) -> NodeSpec:
    """The node with an edge from every input and earlier node."""
    if source.least > len(earlier):
        message = f"wants at least {source.least} of {len(earlier)} earlier nodes and inputs."
        problems.add(source.mark, f"{path}.{node.name}.from", message)
    edges = tuple(Edge(source.mark, name) for name in earlier)
    most = min(source.most, len(edges))
    source = replace(source, edges=edges, most=most, least=min(source.least, most))
    return replace(node, source=source)


def reads(node: NodeSpec) -> tuple[str, ...]:
    """Names that a node may read, ports left out."""
    return tuple(edge.ref.split(".")[0] for edge in node.source.edges) if node.source else ()


def needs(node: NodeSpec) -> set[str]:
    """Names that must be known before a node: what it may read, and whose shape it looks at."""
    shapes = (name.split(".")[0] for value in _values(node) for name in _dotted_names(value))
    return {*reads(node), *shapes}


def _values(node: NodeSpec) -> Iterator[ValueSpec]:
    yield node.block
    yield from (value for _, value in node.arguments)
    if node.when is not None:
        yield node.when
    if node.member is not None:
        yield node.member.count
    if node.repeat is not None:
        yield node.repeat.count
        for variant in node.repeat.variants:
            yield from (value for _, value in variant.arguments)
            if variant.block is not None:
                yield variant.block
    if node.otherwise is not None:
        yield from _values(node.otherwise)
    for edge in node.source.edges if node.source else ():
        if edge.gate is not None:
            yield edge.gate
        for step in edge.steps:
            yield from _values(step)


def _dotted_names(value: ValueSpec) -> Iterator[str]:
    if isinstance(value, Expression):
        yield from (name for name in names_in(value.tree) if "." in name)
    elif isinstance(value, Items):
        for item in value.items:
            yield from _dotted_names(item)
    elif isinstance(value, Choice | Subset):
        for _, option in value.options:
            yield from _dotted_names(option)
    elif isinstance(value, BlockCall):
        for _, argument in value.arguments:
            yield from _dotted_names(argument)


def _ordered(nodes: Sequence[NodeSpec], path: str, problems: Problems) -> tuple[NodeSpec, ...]:
    position = {node.name: index for index, node in enumerate(nodes)}
    waits_for = [{name for name in needs(node) if name in position} for node in nodes]
    feeds: list[list[int]] = [[] for _ in nodes]
    for index, names in enumerate(waits_for):
        for name in names:
            feeds[position[name]].append(index)
    # The first in the file among those that are ready, so that the order stays as near as can be.
    ready = [index for index, names in enumerate(waits_for) if not names]
    order: list[int] = []
    while ready:
        index = heapq.heappop(ready)
        order.append(index)
        for reader in feeds[index]:
            waits_for[reader].discard(nodes[index].name)
            if not waits_for[reader]:
                heapq.heappush(ready, reader)
    if len(order) == len(nodes):
        return tuple(nodes[index] for index in order)
    cycle = _cycle({n.name: w for n, w in zip(nodes, waits_for, strict=True) if w})
    mark = nodes[position[cycle[0]]].mark
    circle = " <- ".join([*cycle, cycle[0]])
    problems.add(mark, path, f"nodes read one another in a circle: {circle}.")
    return tuple(nodes)


def _cycle(waits_for: dict[str, set[str]]) -> list[str]:
    name = next(iter(waits_for))
    seen: dict[str, None] = {}
    while name not in seen:
        seen[name] = None
        name = min(waits_for[name])
    names = list(seen)
    return names[names.index(name) :]
