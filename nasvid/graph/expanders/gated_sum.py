"""A sum in which every input has a gate between 0 and 1.

Source: Ryoo et al. 2019, AssembleNet, https://arxiv.org/abs/1905.13209.
"""

from collections.abc import Sequence

from nasvid.core.shapes import Shape
from nasvid.graph.expander import MERGES, Body, Merge, align
from nasvid.graph.ir import Graph
from nasvid.graph.primitive import make_primitive


@MERGES.add
class GatedSumMerge(Merge):
    """Align frames and size, gate each input, match channels, then take the sum."""

    def expand(
        self, inputs: Sequence[Shape], gates: Sequence[float | None], *, is_aligned: bool
    ) -> Graph:
        """See `Merge`; the gate of an input is learned unless it is fixed."""
        body = Body(inputs)
        refs = align(body, body.refs, match_channels=False) if is_aligned else body.refs
        gated = [
            body.add(f"gate_{k}", make_primitive("gate", {"initial": gate}), ref)
            for k, (ref, gate) in enumerate(zip(refs, gates, strict=True))
        ]
        if is_aligned:
            gated = align(body, gated, match_channels=True)
        return body.graph(body.add("sum", make_primitive("add", {}), *gated))
