"""Rectified linear unit."""

from dataclasses import dataclass

from nasvid.graph.elementwise import Elementwise
from nasvid.graph.primitive import PRIMITIVES


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class Relu(Elementwise):
    """max(0, x)."""
