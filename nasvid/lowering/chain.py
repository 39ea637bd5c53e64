"""Copies of a node one behind the other."""

from collections.abc import Sequence

from nasvid.core.errors import Mark
from nasvid.core.shapes import Shape
from nasvid.graph.ir import OUT, Graph, Input
from nasvid.lowering.builder import Builder


class Chain:
    """The body of a repeat.

    The single output of a copy feeds the first input of the next one. Where a block has named
    outputs, each feeds the input of its name; an input without such an output is the same for all
    copies.

    Args:
        inputs: Names of the inputs of each copy.
        shapes: What the first copy gets.
        ports: Names of the outputs of each copy.
    """

    def __init__(
        self, inputs: Sequence[str], shapes: Sequence[Shape], ports: Sequence[str]
    ) -> None:
        self._inputs = tuple(map(Input, inputs, shapes))
        self._ports = ports
        self._feeds = {name: name for name in inputs}
        # Without any copy what comes in goes out.
        self._ends = {port: port if port in self._feeds else inputs[0] for port in ports}
        self.builder = Builder({i.name: i.shape for i in self._inputs})

    @property
    def refs(self) -> tuple[str, ...]:
        """What the next copy reads."""
        return tuple(self._feeds[i.name] for i in self._inputs)

    def advance(self, copy: str, mark: Mark, path: str) -> None:
        """Let the chain end in the copy that was just added."""
        for port in self._ports:
            ref = self.builder.resolve(f"{copy}.{port}", mark, path)
            self._ends[port] = ref
            fed = self._inputs[0].name if len(self._ports) == 1 and port == OUT else port
            if fed in self._feeds:
                self._feeds[fed] = ref

    def graph(self) -> Graph:
        """The copies as a graph."""
        outputs = tuple((port, self._ends[port]) for port in self._ports)
        return self.builder.pruned(self._inputs, outputs)
