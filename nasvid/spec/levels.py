"""Level graphs: nodes side by side, each of which reads any nodes of lower levels.

A node that reads `any_below` is a level; with `repeat` it stands for so many nodes of it. They are
written out here, `NAME_0`, `NAME_1`, ..., so that all that follows sees plain nodes.

Source: the levels of AssembleNet, Ryoo et al. 2020, https://arxiv.org/abs/1905.13209, section 3.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from nasvid.core.registry import unknown_name
from nasvid.spec.parse_repeats import counts_of
from nasvid.spec.problems import Problems
from nasvid.spec.syntax import Edge, Member, NodeSpec, Source

MAX_MEMBERS = 100


@dataclass(frozen=True, slots=True)
class _Level:
    """A level of a body.

    Args:
        name: Of the node in the file.
        number: It reads levels of lower numbers.
        members: Names of the nodes that it stands for.
    """

    name: str
    number: int
    members: tuple[str, ...]


def expand_levels(
    nodes: Sequence[NodeSpec], inputs: Sequence[str], path: str, problems: Problems
) -> tuple[NodeSpec, ...]:
    """The nodes of a body with levels written out, and edges to levels as edges to their nodes.

    Args:
        nodes: In file order.
        inputs: Names that can be read besides nodes.
        path: Of the body, for messages.
        problems: Takes what is wrong.
    """
    levels: dict[str, _Level] = {}
    number = 0
    for node in nodes:
        if node.source is not None and node.source.is_below:
            number = node.level if node.level is not None else number + 1
            members = _member_names(node, f"{path}.{node.name}", problems)
            levels[node.name] = _Level(node.name, number, members)
        elif node.level is not None:
            message = "'level' needs `from: {any_below: ...}`, which makes a node a level."
            problems.add(node.mark, f"{path}.{node.name}.level", message)
        if node.totals and node.name not in levels:
            message = "'totals' goes with levels, nodes that read `any_below`."
            problems.add(node.mark, f"{path}.{node.name}.totals", message)
    queries = any(node.source is not None and node.source.level is not None for node in nodes)
    if not levels and not queries:
        return tuple(nodes)
    expanded: list[NodeSpec] = []
    plain = [node.name for node in nodes if node.name not in levels]
    before: list[str] = []
    previous: NodeSpec | None = None
    for node in nodes:
        level = levels.get(node.name)
        if level is None:
            # What stands behind a level reads all of it.
            follows = None if previous is None else levels.get(previous.name)
            expanded.append(_with_members(node, follows, levels, path, problems))
            before.append(node.name)
        else:
            lower = [n for other in _below(level, levels) for n in other.members]
            offered = [*(name for name in before if name in plain), *lower] or list(inputs)
            expanded += _members(node, level, offered, path, problems)
        previous = node
    return tuple(expanded)


def _below(level: _Level, levels: dict[str, _Level]) -> list[_Level]:
    return [other for other in levels.values() if other.number < level.number]


def _member_names(node: NodeSpec, path: str, problems: Problems) -> tuple[str, ...]:
    if node.repeat is None:
        return (node.name,)
    counts = counts_of(node.repeat.count)
    if counts is None or not 1 <= max(counts) <= MAX_MEMBERS:
        message = f"a level has a number of nodes, or a choice of numbers, at most {MAX_MEMBERS}."
        problems.add(node.repeat.mark, f"{path}.repeat", message)
        return (f"{node.name}_0",)
    for variant in node.repeat.variants:
        message = (
            f"{variant.name!r} goes with copies in a chain; nodes of a level can tell themselves "
            "apart by their number, =i."
        )
        problems.add(node.mark, path, message)
    return tuple(f"{node.name}_{index}" for index in range(max(counts)))


def _members(
    node: NodeSpec, level: _Level, offered: Sequence[str], path: str, problems: Problems
) -> list[NodeSpec]:
    """The nodes of a level."""
    source = node.source
    if source is None:
        return [node]
    if source.least > len(offered):
        message = f"wants at least {source.least} of {len(offered)} nodes of lower levels."
        problems.add(source.mark, f"{path}.{node.name}.from", message)
    edges = tuple(Edge(source.mark, name) for name in offered)
    most = min(source.most, len(edges))
    source = replace(source, edges=edges, most=most, least=min(source.least, most), is_below=False)
    if node.repeat is None:
        return [replace(node, source=source)]
    return [
        replace(
            node,
            name=name,
            source=source,
            repeat=None,
            member=Member(node.name, index, node.repeat.count),
        )
        for index, name in enumerate(level.members)
    ]


def _with_members(
    node: NodeSpec,
    follows: _Level | None,
    levels: dict[str, _Level],
    path: str,
    problems: Problems,
) -> NodeSpec:
    """The node with edges to the nodes of the levels that it names."""
    source = node.source
    if source is None:
        if follows is None:
            return node
        source = Source(node.mark, "all", (Edge(node.mark, follows.name),))
    if source.level is not None:
        found = [level for level in levels.values() if level.number == source.level]
        if not found:
            known = [str(level.number) for level in levels.values()]
            message = unknown_name("level", str(source.level), known)
            problems.add(source.mark, f"{path}.{node.name}.from", message)
        edges = tuple(Edge(source.mark, level.name) for level in found)
        source = replace(source, edges=edges, level=None)
    edges = tuple(
        replace(edge, ref=name)
        for edge in source.edges
        for name in (levels[edge.ref].members if edge.ref in levels else (edge.ref,))
    )
    if source.ports and len(edges) != len(source.edges):
        message = "an input of a block reads one node; join the nodes of a level first."
        problems.add(source.mark, f"{path}.{node.name}.from", message)
        return node
    return replace(node, source=replace(source, edges=edges))
