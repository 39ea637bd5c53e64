"""Hyperbolic tangent."""

from dataclasses import dataclass

from nasvid.graph.elementwise import Elementwise
from nasvid.graph.primitive import PRIMITIVES


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class Tanh(Elementwise):
    """(exp(x) - exp(-x)) / (exp(x) + exp(-x))."""
