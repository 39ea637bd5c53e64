"""Nodes of the plainest kind, as most in the bodies of blocks are: a named block that reads one node.

Nothing is chosen about them, there is one of them, and what they hang on in the file is looked up
once for all uses of their block.
"""

from dataclasses import dataclass

from nasvid.spec.signatures import Catalogue
from nasvid.spec.syntax import PRIMARY, Arguments, BlockSpec, Edge, Literal, NodeSpec


@dataclass(frozen=True, slots=True)
class PlainNode:
    """What there is to know of such a node before anything has a value.

    Args:
        node: It.
        edge: By which it reads.
        block: Its block.
        spec: That block; None for a primitive.
        arguments: What the block is called with, the first parameter by its name.
    """

    node: NodeSpec
    edge: Edge
    block: str
    spec: BlockSpec | None
    arguments: Arguments


def plain_node(node: NodeSpec, catalogue: Catalogue) -> PlainNode | None:
    """The node as one of these, or None where it is not."""
    source, block = node.source, node.block
    if source is None or not isinstance(block, Literal) or block.value not in catalogue:
        return None
    if source.kind != "all" or len(source.edges) != 1 or source.ports or source.merge is not None:
        return None
    edge, name = source.edges[0], str(block.value)
    if edge.steps or edge.gate is not None or node.repeat or node.member or node.share:
        return None
    spec = catalogue.blocks.get(name)
    if spec is not None and len(spec.inputs) != 1:
        return None
    primary = catalogue.signature(name).primary or PRIMARY
    arguments = tuple((given or primary, value) for given, value in node.arguments)
    return PlainNode(node, edge, name, spec, arguments)
