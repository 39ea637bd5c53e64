"""Logistic function, as in the gate of a squeeze-and-excitation."""

from dataclasses import dataclass

from nasvid.core.shapes import Shape
from nasvid.graph.elementwise import Elementwise
from nasvid.graph.kept import OUTPUT, Kept
from nasvid.graph.primitive import PRIMITIVES


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class Sigmoid(Elementwise):
    """1 / (1 + exp(-x))."""

    def kept(self, *inputs: Shape) -> Kept:
        """The output."""
        del inputs
        return OUTPUT
