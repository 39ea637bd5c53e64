"""A sum in which every input has a gate between 0 and 1.

Source: Ryoo et al. 2019, AssembleNet, https://arxiv.org/abs/1905.13209.
"""

from collections.abc import Sequence
from typing import ClassVar

from nasvid.core.shapes import Shape
from nasvid.graph.alignment import AlignedMerge, with_equal_channels
from nasvid.graph.expander import MERGES, Body
from nasvid.graph.fusion import gated
from nasvid.graph.ir import Graph
from nasvid.graph.primitive import make_primitive


@MERGES.add
class GatedSumMerge(AlignedMerge):
    """Align frames and size, gate each input, match channels, then take the sum."""

    is_gated: ClassVar[bool] = True

    def expand(
        self, inputs: Sequence[Shape], gates: Sequence[float | None], *, is_aligned: bool
    ) -> Graph:
        """See `Merge`; a gate is learned unless it is fixed, and left out where it is 1."""
        body = Body(inputs)
        refs = self.aligned(body, body.refs, match_channels=False) if is_aligned else body.refs
        refs = gated(body, refs, gates)
        if is_aligned:
            refs = with_equal_channels(body, refs)
        return body.graph(body.add("sum", make_primitive("add", {}), *refs))
