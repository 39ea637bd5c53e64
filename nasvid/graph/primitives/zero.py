"""A disconnected path."""

from dataclasses import dataclass

from nasvid.graph.elementwise import Elementwise
from nasvid.graph.primitive import PRIMITIVES


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class Zero(Elementwise):
    """Zeros of the shape of the input; no gradient flows."""
