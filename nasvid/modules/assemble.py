"""From a graph to a network."""

from torch import nn

from nasvid.graph.ir import Graph
from nasvid.graph.naming import attribute_name
from nasvid.graph.sharing import first_uses
from nasvid.modules.initialise import initialise
from nasvid.modules.leaf import Layer
from nasvid.modules.network import BlockModule, Network
from nasvid.modules.plan import leaves_of, plan_of


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
    network = Network(graph, _children(graph), plan_of(graph))
    initialise(network)
    return network


def _children(graph: Graph) -> dict[str, nn.Module]:
    children: dict[str, nn.Module] = {}
    first = first_uses(graph.nodes)
    leaves = leaves_of(graph)
    for node in graph.nodes:
        name = node.name
        if first.get(name, name) != name:
            # The module of the node with which it shares its weights is called again.
            continue
        if node.body is not None:
            child = BlockModule(node.block, _children(node.body), plan_of(node.body))
            children[attribute_name(name)] = child
        else:
            leaf = leaves.get(name)
            if isinstance(leaf, Layer):
                children[attribute_name(name)] = leaf.make()
    return children
