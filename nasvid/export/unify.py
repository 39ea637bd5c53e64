"""One class for all instances of a block that differ in numbers alone.

Least general generalisation of the instances: what is equal in all of them becomes text of the
class, what differs a parameter of its constructor, and columns of equal values one parameter.
Source: Plotkin 1970, A note on inductive generalization.
"""

from dataclasses import dataclass

from nasvid.core.shapes import Shape
from nasvid.export.parameters import Column, Parameter, Path, name_parameters
from nasvid.export.patterns import (
    BlockPattern,
    ChainPattern,
    LayerPattern,
    OperationPattern,
    Pattern,
    Value,
    is_chain,
    leaf_pattern,
)
from nasvid.graph.ir import Graph, Node
from nasvid.graph.primitive import Primitive
from nasvid.graph.sharing import first_uses


@dataclass(frozen=True, slots=True)
class Definition:
    """A class of the generated file.

    Args:
        block: Name of the block; empty for the whole network.
        bodies: The instances, different from each other.
        uses: Dotted names of the nodes that are instances, in graph order.
        patterns: Node name to pattern.
        parameters: Constructor parameters.
        literals: The values that are equal in all instances.
    """

    block: str
    bodies: tuple[Graph, ...]
    uses: tuple[str, ...]
    patterns: dict[str, Pattern]
    parameters: tuple[Parameter, ...]
    literals: dict[Path, Value]

    @property
    def body(self) -> Graph:
        """The first instance; the others differ from it in numbers alone."""
        return self.bodies[0]

    def arguments(self, body: Graph) -> dict[str, Value]:
        """What an instance passes to the constructor."""
        index = self.bodies.index(body)
        return {parameter.name: parameter.values[index] for parameter in self.parameters}


def unify(graph: Graph) -> list[Definition]:
    """The classes of a network, each after those that it uses; the last is the network itself."""
    survey = _Survey()
    survey.visit(graph, "", "")
    definitions: list[Definition] = []
    for structure, instances in survey.instances.items():
        definitions.append(_define(structure, instances, survey, definitions))
    return definitions


@dataclass(frozen=True, slots=True)
class _Structure:
    block: str
    inputs: tuple[str, ...]
    nodes: tuple[tuple[str, tuple[str, ...], Pattern, str], ...]
    outputs: tuple[tuple[str, str], ...]


class _Survey:
    """All instances of all blocks, by structure."""

    def __init__(self) -> None:
        self._leaves: dict[tuple[Primitive, tuple[Shape, ...]], tuple[Pattern, tuple[Value, ...]]]
        self._leaves = {}
        self._numbers: dict[_Structure, int] = {}
        self.instances: dict[_Structure, dict[Graph, list[str]]] = {}

    def visit(self, body: Graph, block: str, path: str) -> int:
        """Note an instance and those inside it; the number of its structure."""
        first = first_uses(body.nodes)
        nodes = tuple(
            (
                node.name,
                node.inputs,
                self._pattern(node, body, f"{path}{node.name}"),
                first.get(node.name, node.name),
            )
            for node in body.nodes
        )
        names = tuple(i.name for i in body.inputs)
        structure = _Structure(block, names, nodes, body.outputs)
        uses = self.instances.setdefault(structure, {}).setdefault(body, [])
        uses.append(path.removesuffix("."))
        return self._numbers.setdefault(structure, len(self._numbers))

    def leaf(self, node: Node, body: Graph) -> tuple[Pattern, tuple[Value, ...]]:
        """Pattern and values of a primitive."""
        assert node.op is not None
        key = node.op, tuple(body.shape_of[ref] for ref in node.inputs)
        if key not in self._leaves:
            self._leaves[key] = leaf_pattern(node.op, *key[1])
        return self._leaves[key]

    def is_sequential(self, body: Graph) -> bool:
        """Whether the body is a plain chain in which every link is a module."""
        return is_chain(body) and not any(
            node.op is not None and isinstance(self.leaf(node, body)[0], OperationPattern)
            for node in body.nodes
        )

    def _pattern(self, node: Node, body: Graph, path: str) -> Pattern:
        if node.body is None:
            return self.leaf(node, body)[0]
        if self.is_sequential(node.body):
            return ChainPattern(
                tuple(
                    self._pattern(item, node.body, f"{path}.{item.name}")
                    for item in node.body.nodes
                )
            )
        return BlockPattern(self.visit(node.body, node.block or node.name, f"{path}."))


def _define(
    structure: _Structure,
    instances: dict[Graph, list[str]],
    survey: _Survey,
    definitions: list[Definition],
) -> Definition:
    def values_of(node: Node, body: Graph, pattern: Pattern, path: Path) -> dict[Path, Value]:
        if isinstance(pattern, BlockPattern):
            assert node.body is not None
            arguments = definitions[pattern.definition].arguments(node.body)
            return {(*path, name): value for name, value in arguments.items()}
        if isinstance(pattern, ChainPattern):
            assert node.body is not None
            found: dict[Path, Value] = {}
            for item, inner in zip(node.body.nodes, pattern.items, strict=True):
                found |= values_of(item, node.body, inner, (*path, item.name))
            return found
        values = survey.leaf(node, body)[1]
        names = pattern.arguments if isinstance(pattern, LayerPattern) else range(len(values))
        return {(*path, str(name)): value for name, value in zip(names, values, strict=True)}

    patterns = {name: pattern for name, _, pattern, _ in structure.nodes}
    modules = [name for name, _, _, module in structure.nodes if name == module]
    columns: dict[Path, Column] = {}
    for body in instances:
        for node in body.nodes:
            if node.name not in modules and not isinstance(patterns[node.name], OperationPattern):
                continue
            found = values_of(node, body, patterns[node.name], (node.name,))
            for path, value in found.items():
                columns[path] = (*columns.get(path, ()), value)
    varying = {path: column for path, column in columns.items() if _varies(column)}
    bodies = tuple(instances)
    return Definition(
        block=structure.block,
        bodies=bodies,
        uses=tuple(use for uses in instances.values() for use in uses),
        patterns=patterns,
        parameters=name_parameters(bodies, varying, patterns),
        literals={path: column[0] for path, column in columns.items() if path not in varying},
    )


def _varies(column: Column) -> bool:
    # 1 == True == 1.0 in Python, but not in source text.
    return len({repr(value) for value in column}) > 1
