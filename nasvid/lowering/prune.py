"""Leave out what the outputs do not need."""

from dataclasses import replace

from nasvid.graph.ir import Graph


def prune(graph: Graph) -> tuple[Graph, tuple[str, ...]]:
    """The graph without dead nodes and, for a whole network, without unused streams.

    Returns:
        The graph, and the names of what was left out, in order.
    """
    needed = {ref.split(".")[0] for _, ref in graph.outputs}
    for node in reversed(graph.nodes):
        if node.name in needed:
            needed.update(ref.split(".")[0] for ref in node.inputs)
    nodes = tuple(node for node in graph.nodes if node.name in needed)
    # A body keeps its inputs: its instances pass them by position.
    inputs = tuple(i for i in graph.inputs if i.stream is None or i.name in needed)
    if len(nodes) == len(graph.nodes) and len(inputs) == len(graph.inputs):
        return graph, ()
    kept = {i.name for i in inputs} | {node.name for node in nodes}
    names = [i.name for i in graph.inputs] + [node.name for node in graph.nodes]
    unused = tuple(name for name in names if name not in kept)
    return replace(graph, inputs=inputs, nodes=nodes), unused
