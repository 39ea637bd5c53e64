"""A learned token in front of the others, which gathers what the classifier reads."""

from dataclasses import dataclass
from typing import Literal

from nasvid.core.costs import Cost
from nasvid.core.shapes import Shape
from nasvid.graph.kept import NOTHING, Kept
from nasvid.graph.primitive import PRIMITIVES, Primitive, require_tokens


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class ClassToken(Primitive):
    """One token more, token 0, which is learned and the same for all clips.

    Source: Devlin et al. 2018, https://arxiv.org/abs/1810.04805, section 3; for images as in
    Dosovitskiy et al. 2020, https://arxiv.org/abs/2010.11929, section 3.1.
    """

    def output_shape(self, *inputs: Shape) -> Shape:
        """One token more."""
        require_tokens("class_token", inputs[0])
        return inputs[0].replace(N=inputs[0].axis("N") + 1)

    def cost(self, *inputs: Shape) -> Cost:
        """One parameter per channel."""
        return Cost(params=inputs[0].channels)

    def kept(self, *inputs: Shape) -> Kept:
        """Nothing."""
        del inputs
        return NOTHING

    def mixed_precision(self) -> Literal["promoted"]:
        """Its weights are fp32."""
        return "promoted"
