"""Logistic function from straight pieces."""

from dataclasses import dataclass

from nasvid.graph.elementwise import Elementwise
from nasvid.graph.primitive import PRIMITIVES


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class HardSigmoid(Elementwise):
    """relu6(x + 3) / 6.

    Source: Howard et al. 2019, https://arxiv.org/abs/1905.02244, section 5.2.
    """
