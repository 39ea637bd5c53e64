"""What primitives share that treat every element alike and have nothing to count."""

from nasvid.core.costs import ZERO_COST, Cost
from nasvid.core.shapes import Shape
from nasvid.graph.primitive import Primitive


class Elementwise(Primitive):
    """One input of any axes, the same shape out, no MACs and no parameters."""

    def output_shape(self, *inputs: Shape) -> Shape:
        """The shape of the input."""
        return inputs[0]

    def cost(self, *inputs: Shape) -> Cost:
        """Nothing."""
        del inputs
        return ZERO_COST
