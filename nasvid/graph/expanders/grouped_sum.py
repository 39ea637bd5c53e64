"""A gated sum that brings inputs to one number of channels group by group.

Source: Ryoo et al. 2019, AssembleNet, https://arxiv.org/abs/1905.13209, and its released code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from nasvid.core.shapes import Shape
from nasvid.graph.alignment import Space, Time, fitted
from nasvid.graph.expander import MERGES, Body, Merge
from nasvid.graph.fusion import ceil_windows, gated, summed_by_channels
from nasvid.graph.ir import Graph
from nasvid.graph.parameters import require_at_least


@MERGES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class GroupedSumMerge(Merge):
    """Align frames and size, gate each input, sum those of equal channels, sum the sums.

    Sums of other than the wanted number of channels pass a 1x1x1 convolution before the last sum.

    Args:
        channels: Channels that come out; the largest number there is by default.
        time: As in `AlignedMerge`.
        space: As in `AlignedMerge`.
    """

    is_gated: ClassVar[bool] = True

    channels: int | None = None
    time: Time = "pool"
    space: Space = "pool"

    def __post_init__(self) -> None:
        if self.channels is not None:
            require_at_least("channels", self.channels, 1)

    def expand(
        self, inputs: Sequence[Shape], gates: Sequence[float | None], *, is_aligned: bool
    ) -> Graph:
        """See `Merge`; a gate is learned unless it is fixed, and left out where it is 1."""
        body = Body(inputs)
        refs = body.refs
        if is_aligned:
            refs = fitted(body, refs, self.time, self.space, ceil_windows)
        total = summed_by_channels(body, gated(body, refs, gates), self.channels)
        return body.graph(total)
