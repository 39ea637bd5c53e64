"""Gaussian error linear unit, exact form."""

from dataclasses import dataclass

from nasvid.graph.elementwise import Elementwise
from nasvid.graph.primitive import PRIMITIVES


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class Gelu(Elementwise):
    """x * Phi(x), with the normal distribution function Phi.

    Source: Hendrycks and Gimpel 2016, https://arxiv.org/abs/1606.08415.
    """
