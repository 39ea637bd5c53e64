"""A gated sum that brings inputs to one number of channels group by group.

Source: Ryoo et al. 2019, AssembleNet, https://arxiv.org/abs/1905.13209, and its released code.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from nasvid.core.shapes import Shape
from nasvid.graph.expander import MERGES, Body, Merge
from nasvid.graph.fusion import gated, pooled_to_smallest, summed_by_channels
from nasvid.graph.ir import Graph
from nasvid.graph.parameters import require_at_least


@MERGES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class GroupedSumMerge(Merge):
    """Max-pool to the smallest size, gate each input, sum those of equal channels, sum the sums.

    Sums of other than the wanted number of channels pass a 1x1x1 convolution before the last sum.

    Args:
        channels: Channels that come out; the largest number there is by default.
    """

    channels: int | None = None

    def __post_init__(self) -> None:
        if self.channels is not None:
            require_at_least("channels", self.channels, 1)

    def expand(
        self, inputs: Sequence[Shape], gates: Sequence[float | None], *, is_aligned: bool
    ) -> Graph:
        """See `Merge`; a gate is learned unless it is fixed, and left out where it is 1."""
        body = Body(inputs)
        refs = pooled_to_smallest(body, body.refs) if is_aligned else body.refs
        total = summed_by_channels(body, gated(body, refs, gates), self.channels)
        return body.graph(total)
