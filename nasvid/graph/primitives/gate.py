"""A factor between 0 and 1 on an edge, learned or fixed."""

from dataclasses import dataclass

from nasvid.core.costs import Cost
from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.elementwise import Elementwise
from nasvid.graph.kept import NOTHING, Kept
from nasvid.graph.primitive import PRIMITIVES


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class Gate(Elementwise):
    """The input times one number.

    Args:
        initial: None for a learned gate, the sigmoid of a weight that starts at 0; a number from
            0 to 1 for a gate that is fixed to it.

    Source: Ryoo et al. 2019, https://arxiv.org/abs/1905.13209, section 3.2.
    """

    initial: float | None = None

    @property
    def is_learned(self) -> bool:
        """Whether the gate is a weight."""
        return self.initial is None

    def __post_init__(self) -> None:
        if self.initial is not None and not 0 <= self.initial <= 1:
            raise ShapeError(
                f"parameter 'initial': got {self.initial!r}; accepts null for a learned gate, "
                "or a number from 0 to 1."
            )

    def cost(self, *inputs: Shape) -> Cost:
        """One parameter where it is learned."""
        del inputs
        return Cost(params=1 if self.is_learned else 0)

    def kept(self, *inputs: Shape) -> Kept:
        """The input and the gate where it is learned."""
        del inputs
        return Kept(inputs=(0,), bytes_once=4) if self.is_learned else NOTHING
