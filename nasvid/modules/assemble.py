"""From a graph to a network."""

import torch
from torch import nn

from nasvid.graph.ir import Graph
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
    is_meta = torch.get_default_device().type == "meta"
    network = Network(graph, _children(graph, is_meta=is_meta), plan_of(graph))
    initialise(network)
    return network


def _children(graph: Graph, *, is_meta: bool) -> dict[str, nn.Module]:
    children: dict[str, nn.Module] = {}
    leaves = leaves_of(graph)
    for node, step in zip(graph.nodes, plan_of(graph).steps, strict=True):
        name = step.child
        if not name or name in children:
            # No module, or that of a node with which it shares its weights, called again.
            continue
        leaf = leaves.get(node.name)
        if isinstance(leaf, Layer):
            children[name] = leaf.make_empty() if is_meta else leaf.make()
        elif node.body is not None:
            inner = _children(node.body, is_meta=is_meta)
            children[name] = BlockModule(node.block, inner, plan_of(node.body))
    return children
