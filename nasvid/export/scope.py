"""The names inside one class of a generated file."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from torch import nn

from nasvid.export.identifiers import RESERVED, Names, check_attribute
from nasvid.export.parameters import Parameter, Path
from nasvid.export.patterns import OperationPattern, Pattern
from nasvid.export.unify import Definition
from nasvid.graph.naming import attribute_name
from nasvid.graph.sharing import first_uses


@dataclass(frozen=True)
class ClassScope:
    """What the text of a class refers to.

    Args:
        definition: The class.
        class_names: Name of every class of the file, by the number of its definition.
        definitions: All classes of the file.
        taken: Names of the file, which locals must not shadow.
    """

    definition: Definition
    class_names: tuple[str, ...]
    definitions: tuple[Definition, ...]
    taken: frozenset[str]

    @cached_property
    def children(self) -> dict[str, str]:
        """Node name to attribute, for the nodes that are modules; shared weights are one module."""
        first = first_uses(self.definition.body.nodes)
        return {
            node.name: check_attribute(
                attribute_name(first.get(node.name, node.name)), f"node {node.name!r}"
            )
            for node in self.definition.body.nodes
            if not isinstance(self.pattern(node.name), OperationPattern)
        }

    @cached_property
    def kept(self) -> Mapping[str, str]:
        """Constructor parameter to attribute, for the numbers that `forward` needs."""
        names = Names(RESERVED | set(dir(nn.Module)) | set(self.children.values()))
        return {
            parameter.name: names.claim(parameter.name)
            for parameter in self.definition.parameters
            if any(isinstance(self.pattern(path[0]), OperationPattern) for path in parameter.paths)
        }

    def pattern(self, node: str) -> Pattern:
        """What the node becomes."""
        return self.definition.patterns[node]

    def parameter(self, path: Path) -> Parameter | None:
        """The constructor parameter that stands at a path, or None for a literal."""
        return self._parameter_at.get(path)

    @cached_property
    def _parameter_at(self) -> dict[Path, Parameter]:
        return {
            path: parameter for parameter in self.definition.parameters for path in parameter.paths
        }
