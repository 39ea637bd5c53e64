"""Leave out what the outputs do not need."""

from dataclasses import replace

from nasvid.graph.ir import Graph


def prune(graph: Graph) -> tuple[Graph, tuple[str, ...]]:
    """The graph without dead nodes and, for a whole network, without unused streams.

    Returns:
        The graph, and the names of what was left out, in order.
    """
    needed = {_base(ref) for _, ref in graph.outputs}
    is_whole = True
    for node in reversed(graph.nodes):
        if node.name in needed:
            for ref in node.inputs:
                needed.add(ref if "." not in ref else _base(ref))
        else:
            is_whole = False
    # A body keeps its inputs: its instances pass them by position.
    is_whole = is_whole and all(i.stream is None or i.name in needed for i in graph.inputs)
    if is_whole:
        return graph, ()
    nodes = tuple(node for node in graph.nodes if node.name in needed)
    inputs = tuple(i for i in graph.inputs if i.stream is None or i.name in needed)
    kept = {i.name for i in inputs} | {node.name for node in nodes}
    names = [i.name for i in graph.inputs] + [node.name for node in graph.nodes]
    unused = tuple(name for name in names if name not in kept)
    return replace(graph, inputs=inputs, nodes=nodes), unused


def _base(ref: str) -> str:
    return ref.partition(".")[0]
