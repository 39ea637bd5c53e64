"""What the inputs of a merge go through: a gate, learned or fixed, or nothing."""

from nasvid.graph.ir import Graph, Node
from nasvid.graph.primitives.gate import Gate
from nasvid.report.drawing.model import GateValue

# What comes out of these is a factor between 0 and 1 for something else.
_FACTORS = ("sigmoid", "softmax", "softmax_mix")


# Here gates say that inputs count equally.
_MEAN = "merge_mean"


def gates_of(node: Node) -> tuple[GateValue, ...]:
    """The gate of each input of a merge; None for all where none has one.

    A gate that is fixed to 1 is left out of the graph; here it is there again.
    """
    if node.body is None or node.block == _MEAN:
        return (None,) * len(node.inputs)
    return _in_body(node.body)


def _in_body(merge: Graph) -> tuple[GateValue, ...]:
    found: dict[str, GateValue] = {}
    comes_from = {i.name: i.name for i in merge.inputs}
    for node in merge.nodes:
        origin = comes_from.get(node.inputs[0]) if len(node.inputs) == 1 else None
        if origin is None:
            continue
        if isinstance(node.op, Gate):
            found.setdefault(origin, "learned" if node.op.initial is None else node.op.initial)
        else:
            # What aligns an input stands between it and its gate.
            comes_from[node.name] = origin
    attending = _attending(merge)
    if not found and not attending:
        return (None,) * len(merge.inputs)
    usual = 1.0 if found else None
    return tuple(
        "attention" if i.name in attending else found.get(i.name, usual) for i in merge.inputs
    )


def _attending(merge: Graph) -> set[str]:
    """The inputs of which nothing is left but the attention that they pay."""
    reached = {ref for _, ref in merge.outputs}
    for node in reversed(merge.nodes):
        if node.name in reached and (node.op is None or node.op.name() not in _FACTORS):
            reached.update(node.inputs)
    return {i.name for i in merge.inputs} - reached
