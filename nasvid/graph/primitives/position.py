"""Learned positions, added to every clip."""

from collections.abc import Hashable
from dataclasses import dataclass
from math import prod
from typing import Literal

from nasvid.core.costs import Cost
from nasvid.core.shapes import Shape
from nasvid.graph.elementwise import Elementwise
from nasvid.graph.kept import NOTHING, Kept
from nasvid.graph.primitive import PRIMITIVES, require_clip, require_tokens


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class Position(Elementwise):
    """The input plus a learned vector for each position.

    Args:
        over: What has a vector of its own: `space` each place, the same in all frames; `time` each
            frame, the same at all places; `joint` each place of each frame; `tokens` each token
            of a row, a class token among them.

    Source: space as in Dosovitskiy et al. 2020, https://arxiv.org/abs/2010.11929, section 3.1; time
    as in Bertasius et al. 2021, https://arxiv.org/abs/2102.05095, section 3.
    """

    over: Literal["space", "time", "joint", "tokens"] = "joint"

    def output_shape(self, *inputs: Shape) -> Shape:
        """The shape of the input."""
        if self.over == "tokens":
            require_tokens("position over 'tokens'", inputs[0])
        else:
            require_clip(f"position over {self.over!r}", inputs[0])
        return inputs[0]

    def table_shape(self, shape: Shape) -> Shape:
        """Shape of the positions: 1 on axes along which they are the same."""
        if self.over == "space":
            return shape.replace(T=1)
        return shape.replace(H=1, W=1) if self.over == "time" else shape

    def cost(self, *inputs: Shape) -> Cost:
        """One parameter per position and channel."""
        return Cost(params=prod(self.table_shape(inputs[0]).sizes))

    def module_sizes(self, *inputs: Shape) -> Hashable:
        """Those of its table."""
        return self.table_shape(inputs[0]).sizes

    def kept(self, *inputs: Shape) -> Kept:
        """Nothing."""
        del inputs
        return NOTHING

    def mixed_precision(self) -> Literal["promoted"]:
        """Its weights are fp32."""
        return "promoted"
