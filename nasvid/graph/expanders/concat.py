"""The channels of all inputs side by side."""

from collections.abc import Sequence

from nasvid.core.shapes import Shape
from nasvid.graph.alignment import AlignedMerge
from nasvid.graph.expander import MERGES, Body
from nasvid.graph.ir import Graph
from nasvid.graph.primitive import make_primitive


@MERGES.add
class ConcatMerge(AlignedMerge):
    """Align frames and size, then put the channels in the order of the inputs."""

    def expand(
        self, inputs: Sequence[Shape], gates: Sequence[float | None], *, is_aligned: bool
    ) -> Graph:
        """See `Merge`."""
        del gates
        body = Body(inputs)
        refs = self.aligned(body, body.refs, match_channels=False) if is_aligned else body.refs
        return body.graph(body.add("joined", make_primitive("concat", {}), *refs))
