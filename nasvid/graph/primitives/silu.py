"""Sigmoid linear unit, also called swish."""

from dataclasses import dataclass

from nasvid.graph.elementwise import Elementwise
from nasvid.graph.primitive import PRIMITIVES


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class Silu(Elementwise):
    """x * sigmoid(x).

    Source: Elfwing et al. 2017, https://arxiv.org/abs/1702.03118.
    """
