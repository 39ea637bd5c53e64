"""In words: which nodes, shapes and edges of two graphs differ."""

from collections import Counter
from dataclasses import dataclass, field

from nasvid.core.costs import human_count
from nasvid.cost.analytic import node_cost
from nasvid.graph.ir import Graph, Node
from nasvid.graph.parameters import parameters_of
from nasvid.graph.primitive import Primitive
from nasvid.graph.sharing import first_uses
from nasvid.report.wording import natural_key, parameter_text, primitive_text

Lines = list[tuple[str, str]]


@dataclass
class _Found:
    """Lines by what they tell, each with the name of its node."""

    removed: Lines = field(default_factory=Lines)
    added: Lines = field(default_factory=Lines)
    changed: Lines = field(default_factory=Lines)
    edges: Lines = field(default_factory=Lines)
    # Nodes that only see other shapes, by the change of their output.
    reshaped: dict[str, list[str]] = field(default_factory=dict[str, list[str]])


def node_differences(left: Graph, right: Graph) -> list[str]:
    """Nodes removed, added and changed, then shapes that change alone, then edges; each sorted.

    Nodes are matched by name, within blocks too. A block that stands on one side alone is one line.
    """
    found = _Found()
    _compare(left, right, "", found)
    lines: list[str] = []
    for group in (found.removed, found.added, found.changed):
        lines += _sorted(group)
    for change, names in found.reshaped.items():
        listed = ", ".join(sorted(names, key=natural_key))
        lines.append(f"shape {change}: {listed}")
    return lines + _sorted(found.edges)


def _sorted(group: Lines) -> list[str]:
    return [line for _, line in sorted(group, key=lambda item: natural_key(item[0]))]


def _compare(left: Graph, right: Graph, prefix: str, found: _Found) -> None:
    nodes_left = {node.name: node for node in left.nodes}
    nodes_right = {node.name: node for node in right.nodes}
    for name, node in nodes_left.items():
        if name not in nodes_right:
            text = f"- node {prefix}{name}: {_describe(left, node)}"
            found.removed.append((prefix + name, text))
    for name, node in nodes_right.items():
        if name in nodes_left:
            _compare_node((left, nodes_left[name]), (right, node), prefix, found)
        else:
            text = f"+ node {prefix}{name}: {_describe(right, node)}"
            found.added.append((prefix + name, text))
    _compare_outputs(left, right, prefix, found)


def _describe(graph: Graph, node: Node) -> str:
    """What a node is, reads, gives and costs."""
    if node.op is not None:
        what = primitive_text(node.op)
    else:
        what = f"block {node.block}" if node.block else "block"
    given = ", ".join(
        f"{shape}" if port == "out" else f"{port} {shape}" for port, shape in node.shapes
    )
    cost = node_cost(graph, node)
    costs = f"; {human_count(cost.macs)} MACs" if cost.macs else ""
    if holder := _holder(graph, node):
        costs += f"; shares the weights of {holder}"
    elif cost.params:
        costs += f"; {human_count(cost.params)} params"
    return f"{what} from {', '.join(node.inputs)}; gives {given}{costs}"


def _holder(graph: Graph, node: Node) -> str:
    """The node whose weights this one uses; empty if it has its own, or none."""
    if not node.share:
        return ""
    first = first_uses(graph.nodes)[node.name]
    cost = node_cost(graph, node)
    return first if first != node.name and cost.params + cost.buffers else ""


def _compare_node(
    left: tuple[Graph, Node], right: tuple[Graph, Node], prefix: str, found: _Found
) -> None:
    (graph_left, node_left), (graph_right, node_right) = left, right
    name = prefix + node_left.name
    _compare_edges(node_left, node_right, name, found)
    holders = _holder(graph_left, node_left), _holder(graph_right, node_right)
    if holders[0] != holders[1]:
        change = " -> ".join(f"those of {holder}" if holder else "its own" for holder in holders)
        found.changed.append((name, f"node {name}: weights {change}"))
    if node_left.op is not None and node_right.op is not None:
        _compare_primitives(node_left, node_right, name, found)
    elif _are_alike(node_left, node_right):
        _compare_blocks(node_left, node_right, name, found)
    else:
        before = _describe(graph_left, node_left)
        after = _describe(graph_right, node_right)
        found.changed.append((name, f"node {name}: {before} -> {after}"))


def _are_alike(left: Node, right: Node) -> bool:
    """Whether both are blocks that can be compared node by node."""
    if left.body is None or right.body is None:
        return False
    names = {node.name for node in left.body.nodes}
    return left.block == right.block or any(node.name in names for node in right.body.nodes)


def _compare_primitives(left: Node, right: Node, name: str, found: _Found) -> None:
    assert left.op is not None
    assert right.op is not None
    shapes = _shape_change(left, right)
    if left.op == right.op:
        if shapes:
            found.reshaped.setdefault(shapes, []).append(name)
        return
    if type(left.op) is type(right.op):
        what = f"{left.op.name()} {_parameter_changes(left.op, right.op)}"
    else:
        what = f"{primitive_text(left.op)} -> {primitive_text(right.op)}"
    found.changed.append((name, f"node {name}: {what}" + (f"; gives {shapes}" if shapes else "")))


def _parameter_changes(left: Primitive, right: Primitive) -> str:
    changes: list[str] = []
    for parameter in parameters_of(type(left)):
        before, after = getattr(left, parameter), getattr(right, parameter)
        if before != after:
            changes.append(f"{parameter} {parameter_text(before)} -> {parameter_text(after)}")
    return ", ".join(changes)


def _compare_blocks(left: Node, right: Node, name: str, found: _Found) -> None:
    assert left.body is not None
    assert right.body is not None
    shapes = _shape_change(left, right)
    if left.block != right.block:
        what = f"node {name}: block {left.block or 'unnamed'} -> {right.block or 'unnamed'}"
        found.changed.append((name, what + (f"; gives {shapes}" if shapes else "")))
    elif are_same_layers(left.body, right.body):
        if shapes:
            found.reshaped.setdefault(shapes, []).append(name)
        return
    _compare(left.body, right.body, f"{name}.", found)


def are_same_layers(left: Graph, right: Graph) -> bool:
    """Whether two bodies differ in shapes at most."""
    if left.outputs != right.outputs or len(left.nodes) != len(right.nodes):
        return False
    if [i.name for i in left.inputs] != [i.name for i in right.inputs]:
        return False
    for one, other in zip(left.nodes, right.nodes, strict=True):
        if (one.name, one.inputs, one.op, one.block) != (
            other.name,
            other.inputs,
            other.op,
            other.block,
        ):
            return False
        if _holder(left, one) != _holder(right, other):
            return False
        if one.body is not None and other.body is not None:
            if not are_same_layers(one.body, other.body):
                return False
        elif one.body is not other.body:
            return False
    return True


def _shape_change(left: Node, right: Node) -> str:
    if left.shapes == right.shapes:
        return ""
    before = ", ".join(str(shape) for _, shape in left.shapes)
    after = ", ".join(str(shape) for _, shape in right.shapes)
    return f"{before} -> {after}"


def _compare_edges(left: Node, right: Node, name: str, found: _Found) -> None:
    before, after = Counter(left.inputs), Counter(right.inputs)
    for ref in sorted((before - after).elements(), key=natural_key):
        found.edges.append((f"{name} 0", f"- edge {_edge(name, ref)} -> {name}"))
    for ref in sorted((after - before).elements(), key=natural_key):
        found.edges.append((f"{name} 1", f"+ edge {_edge(name, ref)} -> {name}"))
    ignores_order = right.op is not None and right.op.is_commutative
    if before == after and left.inputs != right.inputs and not ignores_order:
        order = f"({', '.join(left.inputs)}) -> ({', '.join(right.inputs)})"
        found.edges.append((f"{name} 2", f"order of the inputs of {name}: {order}"))


def _edge(name: str, ref: str) -> str:
    """The full name of what a node reads, which stands in the same graph as the node."""
    return f"{name.rpartition('.')[0]}.{ref}".lstrip(".")


def _compare_outputs(left: Graph, right: Graph, prefix: str, found: _Found) -> None:
    before, after = dict(left.outputs), dict(right.outputs)
    for port in sorted(before.keys() | after.keys(), key=natural_key):
        if before.get(port) != after.get(port):
            change = f"{before.get(port, 'none')} -> {after.get(port, 'none')}"
            found.changed.append((f"{prefix}{port}", f"output {prefix}{port}: {change}"))
