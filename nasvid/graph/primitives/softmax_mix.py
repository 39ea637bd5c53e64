"""A learned mean of several inputs."""

from dataclasses import dataclass
from typing import ClassVar

from nasvid.core.costs import Cost
from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.kept import Kept
from nasvid.graph.primitive import PRIMITIVES, Primitive


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class SoftmaxMix(Primitive):
    """The sum of the inputs, each times its share: the softmax of one learned number per input.

    Shares start equal. What they have become tells which input is needed.

    Source: Ryoo et al. 2020, AssembleNet++, https://arxiv.org/abs/2008.08072. Differs: its numbers
    start up to about 0.01 away from 0.
    """

    operands: ClassVar[tuple[int, int | None]] = (1, None)
    # In another order of the inputs it is the same with its numbers in that order.
    is_commutative: ClassVar[bool] = True

    def output_shape(self, *inputs: Shape) -> Shape:
        """The shape of the inputs, which must agree."""
        if len(set(inputs)) > 1:
            listed = ", ".join(map(str, inputs))
            raise ShapeError(f"softmax_mix takes inputs of one shape; got {listed}.")
        return inputs[0]

    def cost(self, *inputs: Shape) -> Cost:
        """One parameter per input."""
        return Cost(params=len(inputs))

    def kept(self, *inputs: Shape) -> Kept:
        """All inputs and their shares."""
        return Kept(inputs=tuple(range(len(inputs))), bytes_once=4 * len(inputs))
