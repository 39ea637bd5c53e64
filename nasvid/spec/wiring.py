"""Who reads whom: default sources, references that exist, no cycles, nodes in order."""

from collections.abc import Sequence
from dataclasses import replace

from nasvid.core.registry import unknown_name
from nasvid.spec.problems import Problems
from nasvid.spec.syntax import Edge, NodeSpec, Source


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
    names = [node.name for node in nodes]
    for position, node in enumerate(nodes):
        if node.name in names[:position] or node.name in inputs:
            problems.add(node.mark, path, f"two nodes or inputs are called {node.name!r}.")
    wired: list[NodeSpec] = []
    for position, node in enumerate(nodes):
        earlier = [*inputs, *names[:position]]
        wired.append(_with_source(node, earlier, position, inputs, path, problems))
    known = {*inputs, *names}
    for node in wired:
        for edge in node.source.edges if node.source else ():
            base = edge.ref.split(".")[0]
            if base not in known:
                problems.add(
                    edge.mark, f"{path}.{node.name}.from", unknown_name("node or input", base, known)
                )
    return _ordered(wired, path, problems)


def _with_source(
    node: NodeSpec,
    earlier: list[str],
    position: int,
    inputs: Sequence[str],
    path: str,
    problems: Problems,
) -> NodeSpec:
    source = node.source
    if source is None:
        if position == 0 and len(inputs) > 1:
            problems.add(
                node.mark,
                f"{path}.{node.name}",
                f"needs `from:`, as there are several inputs: {', '.join(inputs)}.",
            )
        ref = earlier[-1] if earlier else ""
        return replace(node, source=Source(node.mark, "all", (Edge(node.mark, ref),)))
    if source.kind == "some" and not source.edges:
        edges = tuple(Edge(source.mark, name) for name in earlier)
        most = min(source.most, len(edges))
        if source.least > most:
            problems.add(
                source.mark,
                f"{path}.{node.name}.from",
                f"wants at least {source.least} of {len(edges)} earlier nodes.",
            )
        return replace(
            node, source=replace(source, edges=edges, most=most, least=min(source.least, most))
        )
    return node


def reads(node: NodeSpec) -> tuple[str, ...]:
    """Names that a node may read, ports left out."""
    return tuple(edge.ref.split(".")[0] for edge in node.source.edges) if node.source else ()


def _ordered(nodes: list[NodeSpec], path: str, problems: Problems) -> tuple[NodeSpec, ...]:
    by_name = {node.name: node for node in nodes}
    done: dict[str, NodeSpec] = {}
    waiting = list(nodes)
    while waiting:
        ready = [
            node for node in waiting if all(r in done or r not in by_name for r in reads(node))
        ]
        if not ready:
            cycle = _cycle(waiting)
            problems.add(
                by_name[cycle[0]].mark,
                path,
                f"nodes read one another in a circle: {' <- '.join([*cycle, cycle[0]])}.",
            )
            return tuple(nodes)
        # One at a time, so that the order stays as near to the file's as can be.
        done[ready[0].name] = ready[0]
        waiting.remove(ready[0])
    return tuple(done.values())


def _cycle(waiting: list[NodeSpec]) -> list[str]:
    left = {node.name: node for node in waiting}
    name = waiting[0].name
    seen: list[str] = []
    while name not in seen:
        seen.append(name)
        name = next(ref for ref in reads(left[name]) if ref in left)
    return seen[seen.index(name) :]
