"""A learned factor."""

from dataclasses import dataclass
from typing import Literal

from nasvid.core.costs import Cost
from nasvid.core.shapes import Shape
from nasvid.graph.elementwise import Elementwise
from nasvid.graph.primitive import PRIMITIVES


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class Scale(Elementwise):
    """The input times one learned number, or times one for each channel.

    Args:
        initial: Where it starts: 0 as in ReZero, a small number as in LayerScale.
        per_channel: Whether each channel has its own.

    Source: Bachlechner et al. 2020, ReZero, https://arxiv.org/abs/2003.04887; per channel as in
    Touvron et al. 2021, LayerScale, https://arxiv.org/abs/2103.17239, section 2.
    """

    initial: float = 1.0
    per_channel: bool = False

    def cost(self, *inputs: Shape) -> Cost:
        """One parameter, or one per channel."""
        return Cost(params=inputs[0].channels if self.per_channel else 1)

    def mixed_precision(self) -> Literal["as inputs", "promoted"]:
        """A number in fp32 counts as any other, a row of them does not."""
        return "promoted" if self.per_channel else "as inputs"
