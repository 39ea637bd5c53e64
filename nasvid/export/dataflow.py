"""Which values of a body are needed, and until when."""

from nasvid.export.patterns import OperationPattern
from nasvid.export.unify import Definition
from nasvid.graph.ir import OUT, Node


class Dataflow:
    """The steps of a forward pass and the lives of its values.

    Attributes:
        steps: The nodes whose results reach an output, without those that pass a value unchanged.
        outputs: Values that are returned.
        last_step: Value to the number of the last step that reads it; `len(steps)` if returned.

    Args:
        definition: The class.
    """

    def __init__(self, definition: Definition) -> None:
        self._value_of = {i.name: i.name for i in definition.body.inputs}
        steps: list[Node] = []
        for node in definition.body.nodes:
            pattern = definition.patterns[node.name]
            if isinstance(pattern, OperationPattern) and pattern.source == "{0}":
                same = self._value_of[node.inputs[0]]
                self._value_of[node.name] = self._value_of[f"{node.name}.{OUT}"] = same
                continue
            steps.append(node)
            for port, _ in node.shapes:
                self._value_of[f"{node.name}.{port}"] = f"{node.name}.{port}"
                if port == OUT:
                    self._value_of[node.name] = f"{node.name}.{port}"
        self.outputs = tuple(self._value_of[ref] for _, ref in definition.body.outputs)
        self.steps = self._live(steps)
        self._readers: dict[str, list[Node]] = {}
        for node in self.steps:
            for value in dict.fromkeys(self.operands(node)):
                self._readers.setdefault(value, []).append(node)
        self.last_step = {
            value: number for number, node in enumerate(self.steps) for value in self.operands(node)
        }
        self.last_step |= dict.fromkeys(self.outputs, len(self.steps))

    def operands(self, node: Node) -> tuple[str, ...]:
        """The values that a node reads."""
        return tuple(self._value_of[ref] for ref in node.inputs)

    def results(self, node: Node) -> tuple[str, ...]:
        """The values that a node makes."""
        return tuple(f"{node.name}.{port}" for port, _ in node.shapes)

    def is_carried(self, value: str) -> bool:
        """Whether one step alone reads the value, and reads nothing else."""
        reader = self._only_reader(value)
        return reader is not None and len(reader.inputs) == 1

    def is_merged(self, value: str) -> bool:
        """Whether one step alone reads the value, along with others."""
        reader = self._only_reader(value)
        return reader is not None and len(reader.inputs) > 1

    @property
    def is_chain(self) -> bool:
        """Whether every step reads what the step before has made, and nothing else."""
        made = [self.results(node) for node in self.steps]
        return all(
            self.operands(node) == made[number - 1]
            for number, node in enumerate(self.steps)
            if number
        )

    def _only_reader(self, value: str) -> Node | None:
        readers = self._readers.get(value, [])
        return readers[0] if len(readers) == 1 and value not in self.outputs else None

    def _live(self, steps: list[Node]) -> tuple[Node, ...]:
        needed = set(self.outputs)
        live: list[Node] = []
        for node in reversed(steps):
            if needed & set(self.results(node)):
                needed |= set(self.operands(node))
                live.append(node)
        return tuple(reversed(live))
