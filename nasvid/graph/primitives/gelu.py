"""Gaussian error linear unit."""

from dataclasses import dataclass
from typing import Literal

from nasvid.graph.elementwise import Elementwise
from nasvid.graph.primitive import PRIMITIVES


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class Gelu(Elementwise):
    """x * Phi(x), with the normal distribution function Phi.

    Args:
        approximate: `none` for the exact form, `tanh` for the one that JAX takes by default.

    Source: Hendrycks and Gimpel 2016, https://arxiv.org/abs/1606.08415, section 2.
    """

    approximate: Literal["none", "tanh"] = "none"
