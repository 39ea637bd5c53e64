"""The contract of a merge: from the shapes of several inputs to primitives that join them.

Merges are expanders: their structure hangs on the number and shapes of the inputs. They have no
cost formula and no torch code of their own.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from nasvid.core.registry import Registry
from nasvid.core.shapes import Shape
from nasvid.graph.ir import OUT, Graph, Input, Node, primitive_node
from nasvid.graph.parameters import Value, check_parameters
from nasvid.graph.primitive import Primitive


class Body:
    """A graph under construction, with inputs `in_0`, `in_1`, ..."""

    def __init__(self, shapes: Sequence[Shape]) -> None:
        self._inputs = tuple(Input(f"in_{k}", shape) for k, shape in enumerate(shapes))
        self._nodes: list[Node] = []
        self._shape_of = {i.name: i.shape for i in self._inputs}

    @property
    def refs(self) -> list[str]:
        """The inputs."""
        return [i.name for i in self._inputs]

    def shape(self, ref: str) -> Shape:
        """Shape at a reference."""
        return self._shape_of[ref]

    def add(self, name: str, op: Primitive, *refs: str) -> str:
        """A node more; returns its reference."""
        node = primitive_node(name, op, refs, tuple(self._shape_of[ref] for ref in refs))
        self._nodes.append(node)
        self._shape_of[name] = node.shape()
        return name

    def graph(self, output: str) -> Graph:
        """The finished graph."""
        return Graph(self._inputs, tuple(self._nodes), ((OUT, output),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge(ABC):
    """How several inputs become one; a frozen dataclass whose fields are the parameters.

    Class attributes:
        joins_one: Whether a single input passes through it too; it is left out otherwise.
        is_gated: Whether each input has a gate, learned or fixed.
    """

    joins_one: ClassVar[bool] = False
    is_gated: ClassVar[bool] = False

    @abstractmethod
    def expand(
        self, inputs: Sequence[Shape], gates: Sequence[float | None], *, is_aligned: bool
    ) -> Graph:
        """The graph that joins the inputs.

        Args:
            inputs: Two shapes or more.
            gates: The fixed gate of each input, or None; only gated merges look at it.
            is_aligned: Whether to match shapes first.

        Raises:
            ShapeError: The inputs do not fit.
        """


MERGES: Registry[Merge] = Registry("merge", "nasvid.graph.expanders")


def make_merge(name: str, given: Mapping[str, Value]) -> Merge:
    """A merge from its name and parameters.

    Raises:
        ShapeError: A parameter is unknown, missing or of the wrong kind.
        UnknownPluginError: There is no merge of that name.
    Example:
        >>> make_merge("grouped_sum", {"channels": 64}).channels
        64
    """
    merge = MERGES[name]
    return merge(**check_parameters(merge, given))
