"""From a graph to a network."""

from torch import nn

from nasvid.graph.ir import Graph
from nasvid.graph.naming import attribute_name
from nasvid.graph.sharing import first_uses
from nasvid.modules.initialise import initialise
from nasvid.modules.leaf import Layer, leaf_of
from nasvid.modules.network import BlockModule, Network
from nasvid.modules.plan import compile_plan


def build(graph: Graph) -> Network:
    """The network of a graph with fresh weights, on the default device.

    Children are named as nodes, block instances hold their own, so weights have names such as
    `stage2.op.conv.weight`. Weights are drawn in the order of the graph from torch's global
    generator: after the same `torch.manual_seed`, equal graphs get equal weights.

    Example:
        >>> from nasvid.core.shapes import Shape
        >>> from nasvid.graph.ir import Graph, Input, primitive_node
        >>> from nasvid.graph.primitive import make_primitive
        >>> clip = Shape.clip(3, 4, 8, 8)
        >>> conv = primitive_node("conv", make_primitive("conv", {"out": 2}), ("rgb",), (clip,))
        >>> network = build(Graph((Input("rgb", clip),), (conv,), (("out", "conv"),)))
        >>> list(network.state_dict())
        ['conv.weight']
    """
    network = Network(graph, _children(graph), compile_plan(graph))
    initialise(network)
    return network


def _children(graph: Graph) -> dict[str, nn.Module]:
    children: dict[str, nn.Module] = {}
    first = first_uses(graph.nodes)
    for node in graph.nodes:
        if first.get(node.name, node.name) != node.name:
            # The module of the node with which it shares its weights is called again.
            continue
        if node.body is not None:
            child = BlockModule(node.block, _children(node.body), compile_plan(node.body))
            children[attribute_name(node.name)] = child
        elif node.op is not None:
            leaf = leaf_of(node.op, *(graph.shape_of[ref] for ref in node.inputs))
            if isinstance(leaf, Layer):
                children[attribute_name(node.name)] = leaf.make()
    return children
